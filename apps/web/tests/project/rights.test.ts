import { expect, test } from "vitest";

import { may, mayChangeMember } from "../../src/project/rights.ts";

test("what is not said is not allowed", () => {
  expect(may({ rights: ["graph:read", "graph:write"] }, "graph:write")).toBe(true);
  expect(may({ rights: ["graph:read"] }, "graph:write")).toBe(false);
  expect(may({}, "graph:write")).toBe(false);
  expect(may(null, "graph:write")).toBe(false);
});

test("nobody changes the owner, and those who manage members do not touch each other", () => {
  const admin = { rights: ["members:write"] };
  const owner = { rights: ["members:write", "ownership:write"] };
  const changes = (who: { rights: string[] }) =>
    (["OWNER", "ADMIN", "EDITOR", "VIEWER"] as const).filter((role) => mayChangeMember(who, { role }));
  expect(changes(owner)).toEqual(["ADMIN", "EDITOR", "VIEWER"]);
  expect(changes(admin)).toEqual(["EDITOR", "VIEWER"]);
  expect(changes({ rights: [] })).toEqual([]);
});
