import { expect, test } from "vitest";

import { withDollars } from "../../src/markdown/dollars.ts";

test.each([
  ["so \\(a+b\\) is", "so $$a+b$$ is"],
  ["so $a+b$ is", "so $$a+b$$ is"],
  ["$x$", "$$\nx\n$$"],
  ["see\n\\[ a = b \\]\nthere", "see\n$$\na = b\n$$\nthere"],
  ["\\[\na = b\n\\]", "$$\na = b\n$$"],
  ["$$ a = b $$", "$$\na = b\n$$"],
  ["$$a = b\n+ c$$", "$$\na = b\n+ c\n$$"],
  ["- one\n  $$ a $$", "- one\n  $$\n  a\n  $$"],
])("a formula, however it is written: %s", (text, written) => {
  expect(withDollars(text)).toBe(written);
});

test.each([
  "it costs $5 or $10",
  "between $5-$10",
  "US$5 and CA$6",
  "a \\$ and a \\$ sign",
  "`$x$` and ``\\(y\\)``",
  "```sh\necho $HOME $PATH\n```\n",
  "~~~\n\\[ a \\]\n~~~",
  "```\n$a$ that never ends",
])("what is none stays: %s", (text) => {
  expect(withDollars(text)).toBe(text);
});
