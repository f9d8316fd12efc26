// @vitest-environment jsdom
import { expect, it } from "vitest";

import { keepSketch, sketchesOf, sketchOf } from "../../src/project/sketch.ts";
import { graph, node } from "./kit.ts";

it("says where cards lie and how they stand, in parts of the whole, and no words", () => {
  const sketch = sketchOf(
    graph([
      node("a", { status: "COMPLETED", width: 300, height: 100 }),
      node("b", { status: "STALE", width: 300, height: 100, position: { x: 700, y: 400 } }),
    ]),
  );
  expect(sketch).toEqual({
    aspect: 2,
    cards: [
      [0, 0, 300, 200, "C"],
      [700, 800, 300, 200, "S"],
    ],
  });
  expect(sketchOf(graph([]))).toBeNull();
});

it("is small however large a project is, and keeps the newest of a user's", () => {
  const many = Array.from({ length: 5_000 }, (_, at) => node(`n${at}`, { position: { x: at * 400, y: 0 } }));
  const sketch = sketchOf(graph(many));
  expect(sketch?.cards.length).toBeLessThanOrEqual(120);
  for (let at = 0; at < 60; at += 1) keepSketch("ada", `p${at}`, sketch);
  keepSketch("bob", "p1", sketch);
  expect(sketchesOf("ada").size).toBe(50);
  expect(sketchesOf("ada").has("p59")).toBe(true);
  expect(sketchesOf("ada").has("p0")).toBe(false);
  keepSketch("ada", "p59", null);
  expect(sketchesOf("ada").has("p59")).toBe(false);
  localStorage.setItem("nonlinear.sketches.eve", "{broken");
  expect(sketchesOf("eve").size).toBe(0);
});
