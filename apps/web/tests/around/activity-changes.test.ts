import { expect, test } from "vitest";

import { changesOf } from "../../src/around/activity/changes.ts";

test("a change says what was before and what is now, and leaves out what stayed", () => {
  const changed = { oldValues: { userId: "u", role: "VIEWER" }, newValues: { userId: "u", role: "ADMIN" } };
  expect(changesOf(changed)).toEqual([{ field: "role", before: "VIEWER", after: "ADMIN" }]);
});

test("of what is new nothing was before, and of what went nothing is left", () => {
  expect(changesOf({ oldValues: null, newValues: { name: "P", fallbackModels: ["a"] } })).toEqual([
    { field: "name", before: null, after: "P" },
    { field: "fallbackModels", before: null, after: '["a"]' },
  ]);
  expect(changesOf({ oldValues: { model: "a" }, newValues: { model: null } })).toEqual([
    { field: "model", before: "a", after: null },
  ]);
});

test("the parts of a batch are counted", () => {
  const ops = [
    { op: "node.create", data: { id: "a" } },
    { op: "node.create", data: { id: "b" } },
    { op: "edge.create", data: null },
    { more: 7 },
  ];
  expect(changesOf({ oldValues: null, newValues: { ops } })).toEqual([
    { field: "node.create", before: null, after: "2" },
    { field: "edge.create", before: null, after: "1" },
    { field: "…", before: null, after: "7" },
  ]);
});
