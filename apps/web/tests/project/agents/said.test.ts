// @vitest-environment jsdom
import { expect, test } from "vitest";

import { heard, NOTHING_SAID } from "../../../src/project/agents/said.ts";

test("words come in order, each once", () => {
  const one = heard(NOTHING_SAID, { chunk: 0, text: "The sky " });
  const two = heard(one, { chunk: 1, text: "is blue" });
  expect(two).toEqual({ text: "The sky is blue", chunk: 1 });
  expect(heard(two, { chunk: 1, text: "is blue" })).toBe(two);
});

test("several chunks come as one, and the first of all begins the text anew", () => {
  const so = heard(NOTHING_SAID, { chunk: 4, from: 0, text: "The sky is" });
  expect(so).toEqual({ text: "The sky is", chunk: 4 });
  expect(heard(so, { chunk: 7, from: 5, text: " blue" })).toEqual({ text: "The sky is blue", chunk: 7 });
  expect(heard(so, { chunk: 9, from: 0, text: "The sea" })).toEqual({ text: "The sea", chunk: 9 });
});
