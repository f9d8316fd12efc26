import { expect, test } from "vitest";

import { taskOf } from "../../../src/project/agents/start.ts";

const fay = { agentId: "fay", budget: {} };

test("one node is where a task stands, several are told of first, none is the whole project", () => {
  expect(taskOf(fay, " Sum up ", ["a"])).toEqual({
    agentId: "fay",
    prompt: "Sum up",
    limits: {},
    nodeId: "a",
    selection: ["a"],
  });
  expect(taskOf(fay, "Compare", ["a", "b"])).toMatchObject({ selection: ["a", "b"] });
  expect(taskOf(fay, "Compare", ["a", "b"])).not.toHaveProperty("nodeId");
  expect(taskOf(fay, "Look", [])).toEqual({ agentId: "fay", prompt: "Look", limits: {} });
});

test("a task asks for no more than its part of what the agent has for a day", () => {
  const of = (budget: object) => taskOf({ agentId: "fay", budget }, "Look", []).limits;
  expect(of({ tokensPerDay: 40_000, costPerDay: 2 })).toEqual({ tokens: 10_000, cost: 0.5 });
  expect(of({ tokensPerDay: 10_000_000, costPerDay: 100 })).toEqual({});
  expect(of({ tokensPerDay: 1 })).toEqual({ tokens: 1 });
});
