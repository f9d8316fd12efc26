// @vitest-environment jsdom
import { expect, it } from "vitest";

import { scaleFor, svgOf } from "../../src/export/files.ts";
import { pictureOf, type Pens } from "../../src/export/picture.ts";
import { readable, wrapped } from "../../src/export/readable.ts";
import { text } from "../../src/text/index.ts";
import { edge, graph, node } from "../project/kit.ts";

const palette = {
  paper: "#fff",
  surface: "#fff",
  ink: "#000",
  inkSoft: "#555",
  line: "#ddd",
  lineStrong: "#888",
  accent: "#44f",
  good: "#080",
  warn: "#880",
  bad: "#800",
};
const pens: Pens = { palette, measures: (part, { size }) => (part.length * size) / 2, words: text() };
const letters = (part: string) => part.length;

it("keeps the words of Markdown and leaves out its signs", () => {
  expect(
    readable("# Why\n\n- **one**\n- *two*\n\n| a | b |\n|---|---|\n| 1 | [c](https://x.org) |\n\n```js\nx_y\n```"),
  ).toBe("Why\n\n• one\n• two\n\na   b\n1   c\n\nx_y");
});

it("breaks lines between words, long words anywhere, and says that there is more", () => {
  expect(wrapped("one two three", 7, 9, letters)).toEqual(["one two", "three"]);
  expect(wrapped("abcdefghij", 4, 9, letters)).toEqual(["abcd", "efgh", "ij"]);
  expect(wrapped("one two three four", 5, 2, letters)).toEqual(["one", "tw…"]);
});

it("draws what was chosen, with the edges between and room around", () => {
  const nodes = [
    node("a", { prompt: "Salt & <pepper>", response: "Both.", position: { x: 100, y: 100 } }),
    node("b", { position: { x: 100, y: 600 } }),
    node("c", { position: { x: 900, y: 600 } }),
  ];
  const whole = graph(nodes, [edge("a>b"), edge("a>c")]);
  const picture = pictureOf(whole, nodes.slice(0, 2), null, pens);
  expect(picture.area.x).toBe(52);
  expect(picture.shapes.filter((shape) => shape.kind === "line" && shape.path.includes("C"))).toHaveLength(1);
  const svg = svgOf(picture, "One & all");
  expect(svg).toContain("Salt &amp; &lt;pepper&gt;");
  expect(new DOMParser().parseFromString(svg, "image/svg+xml").querySelector("parsererror")).toBeNull();
});

it("draws of a part of the canvas only what is in it", () => {
  const nodes = [node("near"), node("far", { position: { x: 5_000, y: 0 } })];
  const picture = pictureOf(graph(nodes), nodes, { x: -10, y: -10, width: 500, height: 500 }, pens);
  expect(picture.area.width).toBe(500);
  const said = picture.shapes.flatMap((shape) => (shape.kind === "text" ? [shape.text] : []));
  expect(said).toContain("near");
  expect(said).not.toContain("far");
});

it("makes no picture that is larger than browsers draw", () => {
  expect(scaleFor({ width: 800, height: 600 })).toBe(2);
  const scale = scaleFor({ width: 70_000, height: 400 });
  expect(70_000 * scale).toBeLessThanOrEqual(12_000);
});
