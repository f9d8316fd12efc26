import { bench, describe } from "vitest";

import { laidOut, type Item, type Wanted } from "../../src/canvas/layout/layout.ts";
import { pick, seeded } from "../sync/kit/random.ts";

const CARDS = 1_000;
const CROSSING = 500;
const screen = { width: 1_440, height: 840 };

/** So many cards, each below one that was there before it, and so many more edges across. */
function canvas(crossing: number): Pick<Wanted, "items" | "edges"> {
  const random = seeded(1);
  const items = Array.from({ length: CARDS }, (_, which): Item => {
    const place = { x: Math.floor(random() * 9_000), y: Math.floor(random() * 9_000) };
    return { id: `${which}`, ...place, width: 340, height: 100 + random() * 300, frameId: null, isFrame: false };
  });
  const above = (which: number) => `${Math.floor(random() * which)}`;
  const tree = items.slice(1).map(({ id }, which) => ({ sourceId: above(which + 1), targetId: id }));
  const more = Array.from({ length: crossing }, () => {
    const id = pick(random, items.slice(1))?.id ?? "1";
    return { sourceId: above(Number(id)), targetId: id };
  });
  return { items, edges: [...tree, ...more] };
}

describe(`${CARDS} cards`, () => {
  for (const [name, graph] of [
    ["a tree", canvas(0)],
    [`${CROSSING} more edges`, canvas(CROSSING)],
  ] as const) {
    for (const shape of ["TREE", "LAYERED"] as const) {
      bench(`${name}, ${shape}`, () => {
        laidOut({ ...graph, style: { shape, direction: "DOWN" }, screen });
      });
    }
  }
});
