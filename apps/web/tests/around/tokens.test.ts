import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { SCOPES } from "../../src/around/settings/tokens/scopes.ts";

type Operations = Readonly<Record<string, Readonly<Record<string, { readonly "x-authz"?: string }>>>>;
const { paths } = JSON.parse(readFileSync("../../docs/openapi.json", "utf8")) as { readonly paths: Operations };

/** Which scope lets a token do what is under a permission, as the policy has it. */
const SCOPE_OF: Readonly<Record<string, string>> = {
  project: "project",
  "system-prompt": "project",
  members: "members",
  graph: "graph",
  comments: "graph",
  runs: "run",
  costs: "run",
  media: "media",
  agents: "agent",
  oversight: "audit",
};

it("a token is offered exactly the scopes that some operation asks for", () => {
  const asked = Object.values(paths)
    .flatMap((methods) => Object.values(methods))
    .flatMap((operation) => operation["x-authz"]?.split("+") ?? [])
    .map((need) => /^scope:(\w+)$/.exec(need)?.[1] ?? SCOPE_OF[need.split(":")[0] ?? ""])
    .filter((scope) => scope !== undefined);
  expect([...SCOPES].sort()).toEqual([...new Set(asked)].sort());
});
