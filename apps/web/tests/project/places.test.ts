import { describe, expect, test } from "vitest";

import { freePlace, freeToTheRight, GAP, placeNear, pushed } from "../../src/project/places.ts";
import { answeredSize, boundsOf, boxOf, overlaps, sizeOf, type Box } from "../../src/project/sizes.ts";
import { node } from "./kit.ts";
import { randomly, type Random } from "./random.ts";

const SIZE = { width: 340, height: 120 };
const box = (id: string, x: number, y: number, size = SIZE): Box => ({ id, x, y, ...size });
const covers = (at: { x: number; y: number }, boxes: readonly Box[], size = SIZE) =>
  boxes.some((other) => overlaps({ ...size, ...at }, other));

describe("a free place", () => {
  test("is taken as it is", () => {
    expect(freePlace({ x: 0, y: 0 }, [box("a", 1_000, 0)], SIZE)).toEqual({ x: 0, y: 0 });
  });

  test("is found in any direction", () => {
    const long = Array.from({ length: 100 }, (_, at) => box(`${at}`, at * (SIZE.width + 20), 0));
    const { x, y } = freePlace({ x: 5_000, y: 10 }, long, SIZE);
    expect(covers({ x, y }, long)).toBe(false);
    expect(x).toBe(5_000);
    expect(Math.abs(y)).toBeLessThan(2 * SIZE.height);
  });

  test("is found for one after the other, near and over none", () => {
    const boxes: Box[] = [];
    for (let made = 0; made < 30; made += 1) {
      const place = freePlace({ x: 0, y: 0 }, boxes, SIZE);
      expect(covers(place, boxes)).toBe(false);
      boxes.push(box(`${made}`, place.x, place.y));
    }
    expect(Math.max(...boxes.map(({ x, y }) => Math.hypot(x, y)))).toBeLessThan(1_500);
  });

  test("is found in a thicket without a gap, too", () => {
    const boxes = Array.from({ length: 10_000 }, (_, at) =>
      box(`${at}`, (at % 100) * (SIZE.width + 10), Math.floor(at / 100) * (SIZE.height + 10)),
    );
    expect(covers(freePlace({ x: 17_000, y: 6_000 }, boxes, SIZE), boxes)).toBe(false);
  });

  test("is found for a group as a whole", () => {
    const group = boundsOf([box("a", 0, 0), box("b", 500, 300)]);
    expect(group).toEqual({ x: 0, y: 0, width: 840, height: 420 });
    const taken = [box("a", 300, 100)];
    expect(covers(freePlace({ x: -100, y: 0 }, taken, group), taken, group)).toBe(false);
  });

  randomly("to the right covers nothing, at the height that was wanted", 200, (random) => {
    const boxes = scattered(random, random.upTo(40));
    const place = freeToTheRight({ x: random.upTo(2_000), y: random.upTo(2_000) }, boxes, SIZE);
    expect(covers(place, boxes)).toBe(false);
  });
});

describe("a question", () => {
  randomly("that follows another stands below it, beside its siblings and in their order", 100, (random) => {
    const parent = node("parent", { response: "An answer.", position: { x: 0, y: 0 } });
    const nodes = [parent];
    const above = boxOf(parent);
    for (let made = 0; made < 1 + random.upTo(8); made += 1) {
      const near = { below: parent, children: nodes.slice(1) };
      const position = placeNear(nodes, near, { prompt: "And then?" });
      const child = node(`${made}`, { prompt: "And then?", position });
      expect(covers(position, nodes.map(boxOf), answeredSize(child))).toBe(false);
      expect(position.y).toBeGreaterThanOrEqual(above.y + above.height + GAP);
      expect(position.x).toBeGreaterThanOrEqual(Math.max(0, ...nodes.slice(1).map(({ position: { x } }) => x)));
      nodes.push(child);
    }
  });

  test("has its room from the moment at which it is asked, and does not grow while it is answered", () => {
    const asked = node("a", { prompt: "Why?", status: "GENERATING" });
    for (const response of ["", "Because.", "words ".repeat(500)]) {
      expect(sizeOf({ ...asked, response })).toEqual(sizeOf(asked));
      expect(sizeOf({ ...asked, status: "COMPLETED", response }).height).toBeLessThanOrEqual(sizeOf(asked).height);
    }
  });
});

/** Cards of any size anywhere, none over another. */
function scattered(random: Random, count: number): Box[] {
  const boxes: Box[] = [];
  for (let made = 0; made < count; made += 1) {
    const size = { width: 220 + random.upTo(300), height: 60 + random.upTo(400) };
    const at = freePlace({ x: random.upTo(2_500), y: random.upTo(2_500) }, boxes, size);
    boxes.push(box(`${made}`, at.x, at.y, size));
  }
  return boxes;
}

describe("what a growing card would cover", () => {
  randomly("goes down, so that none covers another, and everything else stays", 400, (random) => {
    const before = scattered(random, 2 + random.upTo(40));
    const grown = before.slice(0, 1 + random.upTo(3)).map((card) => ({
      before: card,
      after: { ...card, width: card.width + random.upTo(2) * random.upTo(200), height: card.height + random.upTo(400) },
    }));
    const moves = new Map(pushed(before, grown).map((card) => [card.id, card]));
    const larger = new Map(grown.map(({ after }) => [after.id, after]));
    const after = before.map((card) => moves.get(card.id) ?? larger.get(card.id) ?? card);
    after.forEach((one, at) => {
      for (const other of after.slice(at + 1)) {
        // Two that grow into each other at once are both where they were put.
        const bothGrew = larger.has(one.id) && larger.has(other.id);
        if (!bothGrew && overlaps(one, other)) throw new Error(`${one.id} covers ${other.id}`);
      }
    });
    for (const card of before) {
      const now = moves.get(card.id);
      if (now === undefined) continue;
      expect(now.x).toBe(card.x);
      expect(now.y).toBeGreaterThan(card.y);
    }
    const isNeeded = before.some(({ id }) => {
      const grownNow = [...larger.values()].filter((card) => card.id !== id);
      const card = before.find((each) => each.id === id);
      return card !== undefined && grownNow.some((one) => overlaps(one, card));
    });
    if (!isNeeded) expect(moves.size).toBe(0);
  });

  test("stays where its people put it if it was covered before", () => {
    const card = box("a", 0, 0);
    const moves = pushed([card, box("b", 10, 10)], [{ before: card, after: { ...card, height: 500 } }]);
    expect(moves).toEqual([]);
  });
});
