import { expect, test } from "vitest";

import {
  hiddenBy,
  lineageOf,
  litPath,
  pathBetween,
  shapeOf,
  unfolded,
  upwardsOf,
  walk,
} from "../../src/project/graph.ts";
import { edge, graph } from "./kit.ts";

const DIAMOND = graph(["a", "b", "c", "d", "e"], ["a>b", "a>c", "b>d", "c>d", "d>e"]);
const shape = shapeOf(DIAMOND);

test("what a node rests on is lit, each once", () => {
  expect([...lineageOf(shape, ["d"]).nodes].toSorted()).toEqual(["a", "b", "c", "d"]);
  expect([...lineageOf(shape, ["d"]).edges].toSorted()).toEqual(["a>b", "a>c", "b>d", "c>d"]);
});

test("an edge that carries nothing lights nothing", () => {
  const some = shapeOf(graph(["a", "b", "c"], [edge("a>c", { policy: "EXCLUDE" }), "b>c"]));
  expect([...lineageOf(some, ["c"]).nodes].toSorted()).toEqual(["b", "c"]);
});

test("a way is found where there is one, and it runs along edges", () => {
  const path = pathBetween(shape, "a", "e");
  expect(path).toHaveLength(4);
  expect(litPath(shape, path ?? []).edges.size).toBe(3);
  expect(pathBetween(shape, "e", "a")).toBeNull();
  expect(pathBetween(shape, "a", "a")).toEqual(["a"]);
});

test("folding hides what rests on the folded alone", () => {
  expect([...hiddenBy(shape, new Set(["a"]))].toSorted()).toEqual(["b", "c", "d", "e"]);
  // The other side of the diamond still shows it.
  expect(hiddenBy(shape, new Set(["b"])).size).toBe(0);
  expect([...hiddenBy(shape, new Set(["b", "c"]))].toSorted()).toEqual(["d", "e"]);
});

test("whatever is wanted is unfolded, and nothing else", () => {
  const folds = new Set(["a", "d", "e"]);
  expect([...unfolded(shape, folds, ["e"])]).toEqual(["e"]);
  expect([...unfolded(shape, folds, ["b"])]).toEqual(["d", "e"]);
  expect(unfolded(shape, folds, ["a"])).toBe(folds);
});

test("a walk meets each node once, the nearest first, and knows where it came from", () => {
  const below = (node: string) => (shape.from.get(node) ?? []).map(({ targetId }) => targetId);
  expect([...walk(["a"], below)]).toEqual([
    ["a", null],
    ["b", "a"],
    ["c", "a"],
    ["d", "b"],
    ["e", "d"],
  ]);
  expect([...upwardsOf(shape, ["d"])]).toEqual(["d", "b", "c", "a"]);
});

test("even a circle, which no graph should have, is walked once", () => {
  const round = shapeOf(graph(["a", "b"], ["a>b", "b>a"]));
  expect([...upwardsOf(round, ["a"])]).toEqual(["a", "b"]);
});
