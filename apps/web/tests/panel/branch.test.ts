import { expect, it } from "vitest";

import { changesOf } from "../../src/panel/answer/branch.ts";

const nothing = {
  title: "",
  model: "",
  temperature: "",
  topP: "",
  maxTokens: "",
  presetId: "",
  about: "",
  behavior: "",
  commands: "",
};

it("sends of a branch's settings only what was changed", () => {
  expect(changesOf(nothing, nothing)).toEqual({});
  expect(changesOf(nothing, { ...nothing, title: " Salt ", temperature: "0.5" })).toEqual({
    title: "Salt",
    settings: { temperature: 0.5 },
  });
});

it("inherits again what was emptied", () => {
  const before = { ...nothing, title: "Salt", model: "a/b", maxTokens: "9", about: "The sea." };
  expect(changesOf(before, nothing)).toEqual({
    title: null,
    settings: { model: null, maxTokens: null, customInstructions: null },
  });
});

it("keeps the other instructions beside the one that was changed", () => {
  const before = { ...nothing, about: "The sea.", behavior: "In verse." };
  expect(changesOf(before, { ...before, behavior: "Briefly." })).toEqual({
    settings: { customInstructions: { about: "The sea.", behavior: "Briefly." } },
  });
});
