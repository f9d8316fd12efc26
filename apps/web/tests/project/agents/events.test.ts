import { expect, test } from "vitest";

import { aboutAgents, moved, type Places } from "../../../src/project/agents/events.ts";

const NOWHERE: Places = new Map();
type Happened = Parameters<typeof moved>[1];

const at = (node?: string) => (node === undefined ? {} : { nodeId: node });
const step = (task: string, node?: string, tool = "read_node"): Happened => ({
  op: "task.step",
  data: { taskId: task, agentId: "fay", number: 1, kind: "TOOL", summary: tool, ...at(node) },
});
const reading = (node: string) => ({ node, isEditing: false });
const task = (op: "task.start" | "task.end" | "task.cancel", node?: string): Happened => ({
  op,
  data: { taskId: "one", agentId: "fay", name: "Sum up", status: "RUNNING", ...at(node) },
});
const after = (...events: Happened[]) => events.reduce(moved, NOWHERE);

test("only events about agents are heard, also those of a batch", () => {
  const made = { op: "node.delete", data: { id: "a" } };
  expect(aboutAgents(made)).toEqual([]);
  expect(aboutAgents({ op: "batch", data: { ops: [made, step("one", "a")] } })).toEqual([step("one", "a")]);
  expect(aboutAgents({ op: "something.new", data: {} })).toEqual([]);
});

test("an agent is at the node of its latest step", () => {
  expect(after(task("task.start", "a")).get("one")).toEqual(reading("a"));
  expect(after(task("task.start", "a"), step("one", "b")).get("one")).toEqual(reading("b"));
  // A step about no node leaves it where it is.
  expect(after(step("one", "b"), step("one")).get("one")).toEqual(reading("b"));
});

test("an agent whose task is over is nowhere", () => {
  for (const op of ["task.end", "task.cancel"] as const)
    expect(after(step("one", "b"), step("two", "c"), task(op))).toEqual(new Map([["two", reading("c")]]));
});

test("an agent that used a tool which changes something edits there until it reads again", () => {
  const places = after(step("one", "b", "edit_node"));
  expect(places.get("one")).toEqual({ node: "b", isEditing: true });
  expect(moved(places, step("one", "b")).get("one")).toEqual(reading("b"));
});

test("who did not move is told of as before", () => {
  const places = after(step("one", "b"));
  expect(moved(places, step("one", "b"))).toBe(places);
  expect(moved(NOWHERE, task("task.end"))).toBe(NOWHERE);
});
