import { expect, test } from "vitest";

import { labelsOf, type Named } from "../../src/canvas/labels.ts";
import { overlaps } from "../../src/project/sizes.ts";

/** At a scale of 1 the canvas' own measure is that of the screen. */
const card = (id: string, x: number, y: number, fields: Partial<Named> = {}): Named => ({
  id,
  x,
  y,
  width: 40,
  height: 20,
  title: `Question ${id}`,
  weight: 0,
  parents: [],
  folded: 0,
  ...fields,
});

test("where there is room, a name is whole and on one line", () => {
  const [label] = labelsOf([card("a", 0, 0)], 1);
  expect(label).toMatchObject({ id: "a", x: 0, y: 0, lines: 1, under: 0 });
  expect(label?.width).toBeGreaterThan("Question a".length * 6);
});

test("a name goes on on further lines where another one stands beside it", () => {
  const labels = labelsOf([card("a", 0, 0, { title: "Why is the sky blue?" }), card("b", 110, 0)], 1);
  expect(labels.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(labels[0]).toMatchObject({ lines: 2, width: 92 });
});

test("cards without room for a name are counted at what they follow from, and no name covers another", () => {
  const row = (y: number, parent: string) =>
    Array.from({ length: 10 }, (_, at) => card(`${parent}${at}`, at * 12, y, { parents: [parent] }));
  const cards = [card("a", 0, 0, { weight: 2 }), card("b", 0, 100, { weight: 1 }), ...row(16, "a"), ...row(116, "b")];
  const labels = labelsOf(cards, 1);
  for (const [at, one] of labels.entries())
    for (const other of labels.slice(at + 1)) expect(overlaps(one, other), `${one.id} and ${other.id}`).toBe(false);
  expect(labels.length + labels.reduce((sum, { under }) => sum + under, 0)).toBe(cards.length);
  expect(labels.find(({ id }) => id === "a")?.under).toBeGreaterThan(0);
});

test("what is folded away is counted, also where its card has no name of its own", () => {
  const labels = labelsOf([card("a", 0, 0, { weight: 1, folded: 3 }), card("b", 2, 2, { folded: 4 })], 1);
  expect(labels).toMatchObject([{ id: "a", under: 8 }]);
});
