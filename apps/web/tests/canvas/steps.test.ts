import { expect, test } from "vitest";

import { neighbour } from "../../src/canvas/steps.ts";
import { graph, node } from "../project/kit.ts";

test("arrows walk along the graph and between neighbours", () => {
  const placed = graph(
    [node("a"), node("b", { position: { x: -9, y: 5 } }), node("c", { position: { x: 9, y: 5 } })],
    ["a>b", "a>c"],
  );
  expect(neighbour(placed, "b", "parent")).toBe("a");
  expect(neighbour(placed, "a", "child")).toBe("b");
  expect(neighbour(placed, "b", "after")).toBe("c");
  expect(neighbour(placed, "b", "before")).toBeUndefined();
  expect(neighbour(placed, undefined, "child")).toBe("b");
});
