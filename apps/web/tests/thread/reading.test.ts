import { expect, test } from "vitest";

import { answerOf } from "../../src/thread/kind.ts";
import { node } from "../project/kit.ts";

test("an answer is another one once it, its question or its attempt is another; what is being written is none", () => {
  const answered = node("a", { response: "Yes.", status: "COMPLETED" });
  const said = answerOf(answered);
  expect(answerOf({ ...answered, position: { x: 9, y: 9 }, pinned: true })).toBe(said);
  for (const change of [{ response: "No." }, { prompt: "Why?" }, { generationId: "g" }, { id: "b" }])
    expect(answerOf({ ...answered, ...change })).not.toBe(said);
  expect(answerOf({ ...answered, status: "GENERATING" })).toBe("");
  expect(answerOf({ ...answered, response: null })).toBe("");
});
