import { readFile } from "node:fs/promises";

import { afterAll, beforeAll, expect, it, vi } from "vitest";

import { edit } from "./example.ts";
import { Server } from "./kit/server.ts";
import { User } from "./kit/user.ts";
import { converge } from "./kit/wait.ts";

let server: Server;

beforeAll(async () => {
  server = await Server.start();
});

afterAll(async () => {
  await server.remove();
});

it("the example does what it shows", async () => {
  vi.spyOn(console, "log").mockImplementation(() => undefined);
  const ada = await User.register(server.address, "ada");
  const project = await ada.createProject();
  const sync = await edit(`http://${server.address}`, ada.token, ada.id, project);
  await converge(ada, project, [sync]);

  const prompts = [...(sync.graph()?.nodes.values() ?? [])].map((node) => node.prompt);
  expect(prompts).toEqual(["Why not?", "And then?"]);
  expect(sync.graph()?.edges.size).toBe(1);
  await sync.close();
});

it("the example is the one in the documentation", async () => {
  const page = await readFile(new URL("../../../../docs/client.md", import.meta.url), "utf8");
  const example = await readFile(new URL("example.ts", import.meta.url), "utf8");

  expect(page).toContain("```ts\n" + example + "```");
});
