import { expect, test } from "vitest";

import { arranged } from "../../src/canvas/arrange.ts";
import { fromClipboard, toClipboard } from "../../src/canvas/clipboard.ts";
import { edge, graph, node } from "../project/kit.ts";

const box = (id: string, x: number, y: number, width = 100, height = 50) => ({ id, x, y, width, height });

test("cards are aligned at an edge or a middle", () => {
  const boxes = [box("a", 0, 0), box("b", 300, 40, 200, 100)];
  expect(arranged(boxes, "left").map(({ x }) => x)).toEqual([0, 0]);
  expect(arranged(boxes, "right").map(({ x }) => x)).toEqual([400, 300]);
  expect(arranged(boxes, "center").map(({ x }) => x)).toEqual([200, 150]);
  expect(arranged(boxes, "bottom").map(({ y }) => y)).toEqual([90, 40]);
  expect(arranged([box("a", 0, 0)], "left")).toEqual([]);
});

test("spreading leaves the same gap everywhere, and the outermost where they are", () => {
  const placed = arranged([box("c", 900, 0), box("a", 0, 0), box("b", 150, 7, 300)], "across");
  expect(placed).toEqual([
    { id: "a", x: 0, y: 0 },
    { id: "b", x: 350, y: 7 },
    { id: "c", x: 900, y: 0 },
  ]);
});

test("what is copied is pasted with the edges between, and without those that lead elsewhere", () => {
  const whole = graph([node("a", { response: "yes" }), "b", "c"], [edge("a>b", { policy: "SUMMARY" }), "b>c"]);
  const copied = fromClipboard(toClipboard(whole, new Set(["a", "b"])));
  expect(copied?.nodes.map(({ prompt, response }) => [prompt, response])).toEqual([
    ["a", "yes"],
    ["b", undefined],
  ]);
  expect(copied?.edges).toEqual([{ sourceId: "a", targetId: "b", policy: "SUMMARY" }]);
});

test.each([
  "",
  "Just words",
  "{}",
  '{"kind":"nonlinear/1"',
  '{"kind":"nonlinear/1","nodes":[{"id":1}],"edges":[]}',
  '{"kind":"nonlinear/1","nodes":[],"edges":[]}',
])("anything else in the clipboard is not taken for nodes: %s", (text) => {
  expect(fromClipboard(text)).toBeNull();
});
