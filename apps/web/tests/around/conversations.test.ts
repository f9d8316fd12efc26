import { expect, test } from "vitest";

import { after, isWriting, joined, type Conversation } from "../../src/around/projects/pages.ts";
import { addressOf, placeIn } from "../../src/around/projects/places.ts";

const conversation = (nodeId: string, fields: Partial<Conversation> = {}): Conversation => ({
  nodeId,
  projectId: "p",
  projectName: "Sea",
  title: nodeId,
  lastText: "",
  status: "COMPLETED",
  updatedAt: "2026-01-01T00:00:00Z",
  unread: false,
  ...fields,
});

test("pages are one list, in which what moved up between them stands once", () => {
  const first = { items: [conversation("c"), conversation("b")] };
  const second = { items: [conversation("b", { title: "as it was" }), conversation("a")] };
  const other = { items: [conversation("a", { projectId: "q" })] };
  expect(joined([first, second, other]).map(({ projectId, title }) => `${projectId} ${title}`)).toEqual([
    "p c",
    "p b",
    "p a",
    "q a",
  ]);
});

test("a list goes on until there is no more, and is looked at again while something is written", () => {
  expect(after({ nextCursor: "next" })).toEqual({ cursor: "next" });
  expect(after({ nextCursor: null })).toBeUndefined();
  expect(after({})).toBeUndefined();
  expect(isWriting()).toBe(false);
  expect(isWriting([{ items: [conversation("a")] }])).toBe(false);
  expect(isWriting([{ items: [] }, { items: [conversation("a", { status: "GENERATING" })] }])).toBe(true);
});

test("a place has an address on every screen, and the first one of a screen needs no words", () => {
  for (const isPhone of [false, true]) {
    for (const place of ["all", "mine", "shared", "trash", "conversations"] as const) {
      const { search } = new URL(addressOf(place, "", isPhone), "http://x");
      expect(placeIn(new URLSearchParams(search), isPhone)).toBe(place);
    }
  }
  expect(addressOf("all", "", false)).toBe("/");
  expect(addressOf("conversations", "", true)).toBe("/");
  expect(addressOf("conversations", "a b", false)).toBe("/?view=conversations&q=a+b");
  expect(placeIn(new URLSearchParams("view=unheard"), false)).toBe("all");
});
