import { expect, test } from "vitest";

import { matches, without } from "../../src/canvas/filter/matching.ts";
import { markdownOf } from "../../src/canvas/markdown.ts";
import type { CanvasGraph, EdgeView, NodeView } from "../../src/sync/index.ts";

const node = (id: string, y: number, prompt: string, more: Partial<NodeView> = {}) =>
  ({ id, prompt, response: null, position: { x: 0, y }, ...more }) as NodeView;

test("what is copied for other programs reads from the top, each question a heading above its answer", () => {
  const nodes = [
    node("child", 0, "And then?\nIn short.", { response: "Then **this**." }),
    node("root", 100, "# Why?", { response: "Because." }),
    node("note", 200, "Remember the milk.", { kind: "NOTE" }),
    node("other", 300, "Not chosen"),
  ];
  const edges = [{ id: "e", sourceId: "root", targetId: "child" } as EdgeView];
  const graph = {
    nodes: new Map(nodes.map((each) => [each.id, each])),
    edges: new Map(edges.map((edge) => [edge.id, edge])),
  } as unknown as CanvasGraph;
  expect(markdownOf(graph, new Set(["child", "root", "note"]))).toBe(
    "## Why?\n\nBecause.\n\n## And then?\n\nIn short.\n\nThen **this**.\n\nRemember the milk.\n",
  );
});

test("a filter is about whatever was chosen in it, and goes with its last choice", () => {
  const answered = { status: "STALE", llmModel: "a/m", response: "Yes", tags: ["risk"] } as const;
  expect(matches(answered, null)).toBe(true);
  expect(matches(answered, { status: "STALE", tag: "risk" })).toBe(true);
  expect(matches(answered, { status: "STALE", tag: "plan" })).toBe(false);
  expect(matches({ ...answered, llmModel: null }, { model: "" })).toBe(true);
  expect(matches({ ...answered, llmModel: null, response: null }, { model: "" })).toBe(false);
  expect(matches({ ...answered, llmCost: 0.02 }, { cost: "0.01" })).toBe(true);
  expect(matches(answered, { cost: "0.01" })).toBe(false);
  expect(without({ status: "STALE" }, "status", undefined)).toBeNull();
});
