// @vitest-environment jsdom
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, test } from "vitest";

import { blocksOf } from "../../src/markdown/blocks.ts";
import { Part } from "../../src/markdown/Markdown.tsx";
import { pick, seeded } from "../sync/kit/random.ts";

/** In as small pieces as there are. */
function inPieces(text: string): string {
  const { parts, definitions } = blocksOf(text, 0);
  const pieces = parts.map((part, place) => (
    <Part key={place} text={part} definitions={part.includes("[") ? definitions : ""} live={false} />
  ));
  return content(renderToStaticMarkup(<div>{pieces}</div>));
}

const whole = (text: string) =>
  content(
    renderToStaticMarkup(
      <div>
        <Part text={text} definitions="" live={false} />
      </div>,
    ),
  );
/** What stands between blocks is not seen, nor are empty lines at the end of code. */
const content = (html: string) =>
  html
    .replace(/^<div[^>]*>|<\/div>$/g, "")
    .replace(/\n+<\/code>/g, "</code>")
    .replace(/>\s+</g, "><")
    .trim();

/** Lines that matter to each other, in any order. */
const LINES = [
  "",
  "",
  "",
  "",
  "word",
  "word *word* `code`",
  "[name] and [name][other]",
  "word\\",
  "  word",
  "   word",
  "    word",
  "\tword",
  "# Title",
  "Title\n===",
  "---",
  "* * *",
  "- - -",
  "***",
  "- item",
  "* item",
  "+ item",
  "-",
  "- ",
  "-     item",
  "-\titem",
  "  - item",
  "    - item",
  "1. item",
  "2. item",
  "10. item",
  "3) item",
  "1.",
  "- ```js",
  "- - item",
  "- # title",
  "  more",
  "   more",
  "     more",
  "- [x] task",
  "```",
  "```js",
  "  ```",
  "   ```js",
  "    ```",
  "~~~",
  "~~~~",
  "````",
  "```a`b",
  "> ```",
  "  ~~~",
  "> quote",
  ">",
  "> - item",
  "> > quote",
  "  > quote",
  "| a | b |\n|---|:-:|\n| 1 | 2 |",
  "| a |",
  "|---|",
  "<div>",
  "</div>",
  "<script>",
  "</script>",
  "<!-- a",
  "-->",
  "<pre>",
  "</pre>",
  "<?php",
  "?>",
  "<b>text</b>",
  "<custom-tag>",
  "  <div>",
  "<![CDATA[",
  "]]>",
  "<!-- a -->",
  "![image](https://seven.example/a.png)",
];

const DEFINITIONS = [
  "[name]: https://one.example",
  "[other]: <https://two.example>",
  '[name]: https://three.example "title"',
  "[name]: https://four.example word",
  "  [other]: /five",
  "> [name]: https://six.example",
  "[^1]",
  "[^1]: note",
];

describe("cutting an answer into blocks", () => {
  test("the parts are the text", () => {
    const next = seeded(1);
    for (let round = 0; round < 300; round += 1) {
      const text = written(next, 30);
      expect(blocksOf(text, 0).parts.join("")).toBe(text);
    }
  });

  test("in parts it reads like the whole", () => {
    const rounds = Number(process.env.MARKDOWN_TEXTS ?? 300);
    let cut = 0;
    const next = seeded(Number(process.env.MARKDOWN_SEED ?? 7));
    for (let round = 0; round < rounds; round += 1) {
      const text = written(next, 14);
      expect(inPieces(text), text).toBe(whole(text));
      if (blocksOf(text, 0).parts.length > 1) cut += 1;
    }
    expect(cut).toBeGreaterThan(rounds / 4);
  }, 300_000);

  test("finished parts stay what they are while the end grows", () => {
    const text = [
      "# Title",
      "Some words.",
      "- one\n- two\n\n  still two",
      "```js\nlet a;\n\nlet b;\n```",
      "| a |\n|---|\n| 1 |",
      "The end.",
    ].join("\n\n");
    let before: readonly string[] = [];
    for (let length = 1; length <= text.length; length += 1) {
      const { parts } = blocksOf(text.slice(0, length), 0);
      expect(parts.slice(0, before.length - 1)).toEqual(before.slice(0, -1));
      before = parts;
    }
    expect(before).toHaveLength(6);
  });

  test("small parts stay together", () => {
    const paragraph = `${"word ".repeat(50)}\n\n`;
    expect(blocksOf(paragraph.repeat(12)).parts.map((part) => part.length)).toEqual([756, 756, 756, 756]);
  });

  test("a definition at the end makes links of what stands before", () => {
    const html = inPieces("See [the book][b].\n\nMore.\n\n[b]: https://book.example");
    expect(html).toContain(
      '<a href="https://book.example" target="_blank" rel="noopener noreferrer nofollow">the book</a>',
    );
  });
});

function written(next: () => number, length: number): string {
  // Some definitions keep a whole text together, so most texts are to have none.
  const lines = next() < 0.3 ? [...LINES, ...DEFINITIONS] : LINES;
  return Array.from({ length: 1 + Math.floor(next() * length) }, () =>
    next() < 0.25 ? "" : (pick(next, lines) ?? ""),
  ).join("\n");
}
