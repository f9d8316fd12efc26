import { expect, test } from "vitest";

import { NEW_CONVERSATION, NEWEST } from "../../src/project/ui-state.ts";
import { besides, leftOf, newestOf, parentsOf, threadOf, withWaysOf } from "../../src/thread/path.ts";
import { quoted } from "../../src/thread/quoted.ts";
import { graph, node } from "../project/kit.ts";

const NO_WAYS = new Map<string, string>();

/** a - b - c, with d as another way on from b; e beside, resting on nothing. */
const forked = graph(["a", "b", "c", "d", "e"], ["a>b", "b>c", "b>d"]);

test("a conversation is what is above a node and the newest of what follows", () => {
  expect(threadOf(forked, "b", NO_WAYS)).toEqual(["a", "b", "d"]);
  expect(threadOf(forked, "c", NO_WAYS)).toEqual(["a", "b", "c"]);
  expect(threadOf(forked, "e", NO_WAYS)).toEqual(["e"]);
});

test("the way that was read is taken again, as long as it is there", () => {
  expect(threadOf(forked, "a", new Map([["b", "c"]]))).toEqual(["a", "b", "c"]);
  expect(threadOf(forked, "a", new Map([["b", "gone"]]))).toEqual(["a", "b", "d"]);
});

test("the words for no node in particular", () => {
  expect(threadOf(forked, NEWEST, NO_WAYS)).toEqual(["e"]);
  expect(threadOf(forked, NEW_CONVERSATION, NO_WAYS)).toEqual([]);
  expect(threadOf(forked, "gone", NO_WAYS)).toEqual([]);
});

test("where branches meet, one comes from the way that was read", () => {
  const met = graph(["a", "b", "c", "m"], ["a>b", "a>c", "b>m", "c>m"]);
  expect(threadOf(met, "m", NO_WAYS)).toEqual(["a", "b", "m"]);
  expect(threadOf(met, "m", new Map([["c", "m"]]))).toEqual(["a", "c", "m"]);
  expect(parentsOf(met, "m")).toEqual(["b", "c"]);
});

test("messages in one place: children of the one above, and other wordings of a beginning", () => {
  expect(besides(forked, "c", "b")).toEqual(["c", "d"]);
  expect(besides(forked, "a", undefined)).toEqual(["a"]);
  const reworded = graph([
    "a",
    node("b", { metadata: { editOf: "a" } }),
    node("c", { metadata: { editOf: "a" } }),
    "x",
  ]);
  expect(besides(reworded, "b", undefined)).toEqual(["a", "b", "c"]);
});

test("what is read is kept, and what is the same is not made anew", () => {
  const ways = withWaysOf(["a", "b", "c"], NO_WAYS);
  expect([...ways]).toEqual([
    ["a", "b"],
    ["b", "c"],
  ]);
  expect(withWaysOf(["a", "b", "c"], ways)).toBe(ways);
  expect(threadOf(forked, "a", ways)).toEqual(["a", "b", "c"]);
});

test("of a conversation whose message was deleted the nearest is left, the one above first", () => {
  expect(leftOf(["a", "b", "gone", "c"], "gone", forked)).toBe("b");
  expect(leftOf(["gone", "c"], "gone", forked)).toBe("c");
  expect(leftOf(["gone"], "gone", forked)).toBeUndefined();
});

test("words of somebody else are quoted line by line", () => {
  expect(quoted("One\n\nTwo ")).toBe("> One\n>\n> Two");
});

test("notes and system messages are on a branch, frames are not, and a note does not end what goes on beside it", () => {
  const around = graph(
    [node("s", { role: "SYSTEM" }), "a", "b", node("c", { kind: "NOTE" }), node("f", { kind: "FRAME" })],
    ["s>a", "a>b", "a>c"],
  );
  expect(threadOf(around, "s", NO_WAYS)).toEqual(["s", "a", "b"]);
  expect(threadOf(around, "c", NO_WAYS)).toEqual(["s", "a", "c"]);
  expect(threadOf(around, "f", NO_WAYS)).toEqual([]);
  expect(threadOf(around, NEWEST, NO_WAYS)).toEqual(["s", "a", "b"]);
  expect(newestOf(graph([node("c", { kind: "NOTE" }), node("f", { kind: "FRAME" })]))).toBe("c");
  expect(newestOf(graph([node("f", { kind: "FRAME" })]))).toBeUndefined();
});
