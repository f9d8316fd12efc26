import { expect, test } from "vitest";

import { findNodes, fitOf, marked } from "../../src/canvas/palette/find.ts";
import type { CanvasGraph, EdgeView, NodeView } from "../../src/sync/index.ts";

const node = (id: string, prompt: string, more: Partial<NodeView> = {}) =>
  ({ id, prompt, response: null, updatedAt: "2026-01-01", position: { x: 0, y: 0 }, ...more }) as NodeView;

function graph(nodes: readonly NodeView[], edges: readonly (readonly [string, string])[] = []): CanvasGraph {
  return {
    nodes: new Map(nodes.map((each) => [each.id, each])),
    edges: new Map(edges.map(([sourceId, targetId]) => [targetId, { id: targetId, sourceId, targetId } as EdgeView])),
  } as unknown as CanvasGraph;
}

const lit = (pieces: ReturnType<typeof marked>) => pieces.filter(({ isHit }) => isHit).map(({ text }) => text);

test("what fits best comes first: the title, then the rest of the question, then the answer", () => {
  const found = findNodes(
    graph([
      node("answer", "What sells?", { response: "Coffee does." }),
      node("rest", "What sells?\nSay something of coffee."),
      node("inside", "Where is decoffeeination done?"),
      node("title", "Coffee or tea?"),
    ]),
    "coffee",
  );
  expect(found.map(({ id }) => id)).toEqual(["title", "inside", "rest", "answer"]);
});

test("every word is wanted, in any order and without accents", () => {
  const cafe = graph([node("a", "Un café à la gare"), node("b", "Un café en ville")]);
  expect(findNodes(cafe, "gare cafe").map(({ id }) => id)).toEqual(["a"]);
  expect(findNodes(cafe, "  ")).toEqual([]);
});

test("what was found is lit as it is written, and shown with what is around it", () => {
  const [hit] = findNodes(graph([node("a", "What sells?", { response: `${"so ".repeat(40)}le Café vend` })]), "cafe");
  expect(lit(hit?.snippet ?? [])).toEqual(["Café"]);
  expect(hit?.snippet?.map(({ text }) => text).join("")).toMatch(/^…so .*le Café vend$/);
  expect(lit(marked("Straße: CAFE, café", ["cafe"]))).toEqual(["CAFE", "café"]);
});

test("a hit says what leads to it", () => {
  const found = findNodes(
    graph(
      [node("a", "Goal"), node("b", "Risks"), node("c", "Rent")],
      [
        ["a", "b"],
        ["b", "c"],
      ],
    ),
    "rent",
  );
  expect(found.map(({ path }) => path)).toEqual(["Goal › Risks"]);
});

test("commands fit by the beginnings of their words", () => {
  expect(fitOf("Zoom to fit", "fit")).toBeGreaterThan(fitOf("Profit", "fit"));
  expect(fitOf("Zoom to fit", "fit zoom")).toBeGreaterThan(0);
  expect(fitOf("Zoom to fit", "pin")).toBe(0);
});
