import { expect, test } from "vitest";

import { edgePath } from "../../src/project/edge-path.ts";
import { COLUMN_INDENT } from "../../src/project/sizes.ts";

const card = (x: number, y: number) => ({ x, y, width: 340, height: 100 });

test("an edge goes from the middle of the lower side to the middle of the upper one", () => {
  const { path } = edgePath(card(0, 0), card(400, 200));
  expect(path).toMatch(/^M170,100 C.* 570,200$/);
});

test("to a card of a column an edge goes down beside the others and comes in from the left", () => {
  const { path } = edgePath(card(0, 0), card(COLUMN_INDENT, 600));
  expect(path).toMatch(/^M9,100 V.* H18$/);
});

test("a card above, or a bit farther aside, stands in no column", () => {
  for (const to of [card(COLUMN_INDENT, -300), card(COLUMN_INDENT + 10, 600)])
    expect(edgePath(card(0, 0), to).path).toContain("C");
});
