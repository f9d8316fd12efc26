// @vitest-environment jsdom
import { describe, expect, test } from "vitest";

import type { Item } from "../../../src/project/changes/queries.ts";
import { countReasons, decisionsOn, isOpen, promptOf } from "../../../src/project/changes/shape.ts";

describe("what can be decided about a change set", () => {
  test("what was done is taken back, what is proposed is accepted or rejected, and what is over is over", () => {
    expect(decisionsOn({ mode: "APPLY", state: "APPLIED" })).toEqual(["revert"]);
    expect(decisionsOn({ mode: "APPLY", state: "REVERTED" })).toEqual([]);
    expect(decisionsOn({ mode: "PROPOSE", state: "PROPOSED" })).toEqual(["accept", "reject"]);
    expect(decisionsOn({ mode: "PROPOSE", state: "ACCEPTED" })).toEqual([]);
  });

  test("what was left can be tried again", () => {
    expect(isOpen("APPLY", { state: "LEFT" })).toBe(true);
    expect(isOpen("APPLY", { state: "REVERTED" })).toBe(false);
    expect(isOpen("PROPOSE", { state: "PROPOSED" })).toBe(true);
    expect(isOpen("PROPOSE", { state: "REJECTED" })).toBe(false);
  });
});

test("an item that was left for several nodes counts once for each reason", () => {
  const left = [
    { item: 1, reason: "GONE" as const },
    { item: 2, reason: "CHANGED_SINCE" as const, nodeId: "a" },
    { item: 2, reason: "CHANGED_SINCE" as const, nodeId: "b" },
    { item: 3, reason: "CHANGED_SINCE" as const },
  ];
  expect(countReasons(left)).toEqual([
    ["CHANGED_SINCE", 2],
    ["GONE", 1],
  ]);
});

test("an item says what it is about if it holds a prompt", () => {
  // The document says of an event's data that it is an object, and no more.
  const holding = (data: object) => ({ data: data as Item["data"] });
  expect(promptOf(holding({ prompt: "Why?" }))).toBe("Why?");
  expect(promptOf(holding({ id: "a" }))).toBe("");
  expect(promptOf({ data: null })).toBe("");
});
