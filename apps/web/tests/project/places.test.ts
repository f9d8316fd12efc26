import { expect, test } from "vitest";

import { boundsOf, CARD_HEIGHT, CARD_WIDTH, freePlace, type Box } from "../../src/project/places.ts";

const box = (id: string, x: number, y: number): Box => ({ id, x, y, width: CARD_WIDTH, height: CARD_HEIGHT });
const isFree = (at: { x: number; y: number }, boxes: readonly Box[]) =>
  boxes.every(({ x, y }) => Math.abs(at.x - x) >= CARD_WIDTH || Math.abs(at.y - y) >= CARD_HEIGHT);

test("a free place is taken as it is", () => {
  expect(freePlace({ x: 0, y: 0 }, [box("a", 1_000, 0)])).toEqual({ x: 0, y: 0 });
});

test("the nearest free place is found in any direction", () => {
  const long = Array.from({ length: 100 }, (_, at) => box(`${at}`, at * (CARD_WIDTH + 20), 0));
  const { x, y } = freePlace({ x: 5_000, y: 10 }, long);
  expect(isFree({ x, y }, long)).toBe(true);
  expect(x).toBe(5_000);
  expect(Math.abs(y)).toBeLessThan(2 * CARD_HEIGHT);
});

test("one after the other finds a place, near and over none", () => {
  const boxes: Box[] = [];
  for (let made = 0; made < 30; made += 1) {
    const place = freePlace({ x: 0, y: 0 }, boxes);
    expect(isFree(place, boxes)).toBe(true);
    boxes.push(box(`${made}`, place.x, place.y));
  }
  expect(Math.max(...boxes.map(({ x, y }) => Math.hypot(x, y)))).toBeLessThan(1_500);
});

test("in a thicket without a gap the way out is found all the same", () => {
  const boxes = Array.from({ length: 10_000 }, (_, at) =>
    box(`${at}`, (at % 100) * (CARD_WIDTH + 10), Math.floor(at / 100) * (CARD_HEIGHT + 10)),
  );
  expect(isFree(freePlace({ x: 17_000, y: 6_000 }, boxes), boxes)).toBe(true);
});

test("what is larger than a card finds a place as a whole", () => {
  const group = boundsOf([
    { position: { x: 0, y: 0 }, prompt: "a" },
    { position: { x: 500, y: 300 }, prompt: "b", response: "c" },
  ]);
  expect(group.width).toBe(500 + CARD_WIDTH);
  const place = freePlace({ x: -100, y: 0 }, [box("a", 300, 100)], group);
  expect(
    place.x + group.width <= 300 ||
      place.x >= 300 + CARD_WIDTH ||
      place.y + group.height <= 100 ||
      place.y >= 100 + CARD_HEIGHT,
  ).toBe(true);
});
