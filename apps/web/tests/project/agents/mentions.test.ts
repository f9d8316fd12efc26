import { expect, test } from "vitest";

import { completed, handleOf, mentioned, mentions, typedAt } from "../../../src/project/agents/mentions.ts";

test("a mention is a word of its own", () => {
  for (const [text, expected] of [
    ["@critic", true],
    ["Ask @critic, please", true],
    ["@critics", false],
    ["@critic-2", false],
    ["critic", false],
    ["@critic-2 and @critic", true],
  ] as const)
    expect([text, mentions(text, "critic")]).toEqual([text, expected]);
});

test("the first agent that is mentioned is asked", () => {
  const agents = [{ slug: "critic" }, { slug: "writer" }, { slug: "critic-2" }];
  expect(mentioned("@writer, then @critic", agents)).toEqual({ slug: "writer" });
  expect(mentioned("@critic-2", agents)).toEqual({ slug: "critic-2" });
  expect(mentioned("nobody@all", agents)).toBeUndefined();
});

test("a mention is typed from its sign to the caret", () => {
  expect(typedAt("Ask @cri", 8)).toEqual({ at: 4, begun: "cri" });
  expect(typedAt("Ask @cri today", 6)).toEqual({ at: 4, begun: "c" });
  expect(typedAt("@", 1)).toEqual({ at: 0, begun: "" });
  expect(typedAt("ada@example", 11)).toBeNull();
  expect(typedAt("Ask @cri now", 12)).toBeNull();
});

test("what is completed keeps what stands around it", () => {
  expect(completed("Ask @cri", { at: 4, begun: "cri" }, "critic")).toEqual({ text: "Ask @critic ", caret: 12 });
  expect(completed("Ask @cri now", { at: 4, begun: "cri" }, "critic")).toEqual({ text: "Ask @critic now", caret: 12 });
});

test("people are mentioned by what others see of them, as one word", () => {
  expect(handleOf("ada.l")).toBe("ada.l");
  expect(handleOf(" Ada  Lovelace ")).toBe("Ada.Lovelace");
  expect(typedAt("Ask @Ada.Lo", 11)).toEqual({ at: 4, begun: "Ada.Lo" });
  expect(typedAt("Ask @bjö", 8)).toEqual({ at: 4, begun: "bjö" });
});
