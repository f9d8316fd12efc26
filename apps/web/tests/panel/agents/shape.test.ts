import { expect, test } from "vitest";

import { contentOf, dailyCron, dailyTime, newWords, readable, resultOf } from "../../../src/panel/agents/shape.ts";

const model = (text: string) => ({ kind: "MODEL" as const, content: { model: "m", text, calls: [] } });

test("what a step holds depends on its kind, and what is missing is empty", () => {
  const call = { id: "1", name: "read_node", arguments: "{}", op: "x" };
  expect(contentOf({ kind: "MODEL", content: { model: "m", text: "I read", calls: [call] } })).toEqual({
    kind: "MODEL",
    model: "m",
    text: "I read",
    calls: [{ name: "read_node", arguments: "{}" }],
  });
  expect(contentOf({ kind: "TOOL", content: { name: "search", text: "2", isError: true } })).toEqual({
    kind: "TOOL",
    name: "search",
    text: "2",
    isError: true,
  });
  expect(contentOf({ kind: "NOTE", content: null })).toEqual({ kind: "NOTE", text: "" });
});

test("only words that no step has yet are being said", () => {
  expect(newWords("First I read.", [])).toBe("First I read.");
  expect(newWords("First I read.", [model("First I read.")])).toBe("");
  expect(newWords("First I read.\n\nThen I", [model("First I read. "), model("")])).toBe("Then I");
  // The step came before the last of its words.
  expect(newWords("First I", [model("First I read.")])).toBe("");
});

test("a time of day is a cron expression and comes back from it", () => {
  expect(dailyCron("09:05")).toBe("5 9 * * *");
  expect(dailyTime("5 9 * * *")).toBe("09:05");
  expect(dailyTime("0 9 * * MON-FRI")).toBeNull();
  expect(dailyTime(null)).toBeNull();
});

test("arguments are laid out for people, and what is no JSON stays as it is", () => {
  expect(readable('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(readable("Nothing was changed")).toBe("Nothing was changed");
  expect(resultOf({ text: "Done" })).toBe("Done");
  expect(resultOf(null)).toBe("");
});
