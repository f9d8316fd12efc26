import { describe, expect, test } from "vitest";

import { drawingOf, standing, withDependents, withNeeds } from "../../src/canvas/proposals/shape.ts";
import type { Item, SetWithItems } from "../../src/project/changes/queries.ts";
import { graph } from "../project/kit.ts";

/** A set whose proposals are these: of each the id of what it makes, its word, and what it is asked with. */
function proposed(...ops: [id: string, op: string, data: object][]): SetWithItems {
  const items = ops.map(([id, op, data], place): Item => {
    // The document says of an operation's data that it is an object, and no more.
    return { number: place + 1, id, op, data: data as Item["data"], seq: null, state: "PROPOSED" };
  });
  return { items } as SetWithItems;
}

const CREATE = { prompt: "Why?", position: { x: 10, y: 20 } };
const CHAIN = proposed(
  ["a", "node.create", CREATE],
  ["b", "node.create", { ...CREATE, parentIds: ["a", "there"] }],
  ["e", "edge.create", { sourceId: "b", targetId: "there" }],
  ["u", "node.update", { id: "there", baseVersion: 1, prompt: "Other" }],
);
const numbered = (set: SetWithItems, number: number) => {
  const item = set.items.find((one) => one.number === number);
  if (item === undefined) throw new Error("there is no such proposal");
  return { set, item };
};

describe("where proposals are drawn", () => {
  test("a node stands where it would be, with the edges that come with it", () => {
    const { ghosts, lines } = standing(drawingOf(CHAIN), graph(["there"]));
    expect(ghosts.map(({ box, prompt }) => [box.id, box.x, box.y, prompt])).toEqual([
      ["a", 10, 20, "Why?"],
      ["b", 10, 20, "Why?"],
    ]);
    expect(lines.map(({ sourceId, targetId, isOfNode }) => [sourceId, targetId, isOfNode])).toEqual([
      ["a", "b", true],
      ["there", "b", true],
      ["b", "there", false],
    ]);
  });

  test("what is there already is not drawn a second time", () => {
    const { ghosts, lines } = standing(drawingOf(CHAIN), graph(["there", "a", "b"], ["b>there"]));
    expect(ghosts).toEqual([]);
    expect(lines.map(({ item }) => item.number)).toEqual([3]);
  });

  test("a change marks its card, and a place of its own is a move", () => {
    const set = proposed(
      ["1", "node.update", { id: "a", position: { x: 5, y: 6 } }],
      ["2", "node.update", { id: "a", pinned: true }],
      ["3", "node.delete", { id: "a" }],
      ["4", "edge.delete", { id: "a>b" }],
      ["5", "edge.update", { id: "gone", policy: "SUMMARY" }],
    );
    const { moves, nodeMarks, edgeMarks } = standing(drawingOf(set), graph(["a", "b"], ["a>b"]));
    expect(moves.map(({ node, x, y }) => [node, x, y])).toEqual([["a", 5, 6]]);
    expect(nodeMarks.map(({ item, change }) => [item.number, change === null])).toEqual([
      [2, false],
      [3, true],
    ]);
    expect(edgeMarks.map(({ edge, policy }) => [edge, policy])).toEqual([["a>b", null]]);
  });

  test("what is decided is gone", () => {
    const [first, ...others] = CHAIN.items;
    const set = { ...CHAIN, items: [...(first ? [{ ...first, state: "REJECTED" as const }] : []), ...others] };
    expect(standing(drawingOf(set), graph(["there"])).ghosts.map(({ box }) => box.id)).toEqual(["b"]);
  });
});

describe("what is decided together", () => {
  test("a proposal is accepted with what it needs", () => {
    expect(withNeeds(numbered(CHAIN, 3))).toEqual([1, 2, 3]);
    expect(withNeeds(numbered(CHAIN, 1))).toEqual([1]);
    expect(withNeeds(numbered(CHAIN, 4))).toEqual([4]);
  });

  test("a proposal is rejected with what needs it", () => {
    expect(withDependents(numbered(CHAIN, 1))).toEqual([1, 2, 3]);
    expect(withDependents(numbered(CHAIN, 3))).toEqual([3]);
  });
});
