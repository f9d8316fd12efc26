// @vitest-environment jsdom
import { expect, it } from "vitest";

import { comparable } from "../../src/panel/compare/comparable.ts";
import { markingOf, readingOf } from "../../src/panel/compare/marking.ts";
import { graph, node } from "../project/kit.ts";

function drawn(html: string): Element {
  const element = document.createElement("div");
  element.innerHTML = html;
  return element;
}

it("reads what is drawn as words, with blocks apart and without buttons", () => {
  const { text } = readingOf(drawn("<p>One <strong>two</strong></p><button>Copy</button><ul><li>three</li></ul>"));
  expect(text).toBe("One two\nthree");
});

it("marks the words that the other does not have, through what is bold or not", () => {
  const own = readingOf(drawn("<p>A red <em>or green</em> apple</p>"));
  const { ranges, words } = markingOf("A red apple", own);
  expect(ranges.map(String).join("|")).toBe("or green");
  expect(words).toBe(2);
});

it("takes a word for the same at the end of a text and in its middle", () => {
  const own = readingOf(drawn("<p>About 35 %</p>\n\n"));
  expect(markingOf("About 35 %\nMore", own).words).toBe(0);
});

it("marks nothing in what is the same", () => {
  const own = readingOf(drawn("<p>A red apple</p><p>is there</p>"));
  expect(markingOf(own.text, own)).toEqual({ ranges: [], words: 0 });
});

it("puts answers beside each other in the order in which their cards stand", () => {
  const nodes = [
    node("right", { position: { x: 500, y: 0 } }),
    node("frame", { kind: "FRAME" }),
    node("left", { position: { x: 0, y: 0 } }),
    node("below", { position: { x: 0, y: 90 } }),
  ];
  const ids = comparable(graph(nodes), ["below", "right", "frame", "left", "gone"]).map(({ id }) => id);
  expect(ids).toEqual(["left", "right", "below"]);
});
