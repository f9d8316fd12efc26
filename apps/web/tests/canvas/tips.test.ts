import { expect, it } from "vitest";

import { placeFor } from "../../src/canvas/tips/tips.ts";

const screen = { width: 1_000, height: 700 };
const note = { width: 200, height: 100 };

it("stands below what it points at, and above where there is no room", () => {
  expect(placeFor({ left: 400, top: 50, width: 40, height: 40 }, note, screen)).toEqual({
    left: 320,
    top: 100,
    isAbove: false,
    arrow: 100,
  });
  expect(placeFor({ left: 400, top: 640, width: 40, height: 40 }, note, screen)).toMatchObject({
    top: 530,
    isAbove: true,
  });
});

it("stays on the screen and points at the same thing", () => {
  expect(placeFor({ left: 960, top: 50, width: 40, height: 40 }, note, screen)).toMatchObject({
    left: 790,
    arrow: 190,
  });
  expect(placeFor({ left: 0, top: 50, width: 20, height: 40 }, note, screen)).toMatchObject({ left: 10, arrow: 0 });
});

it("is nowhere while what it points at is out of sight", () => {
  expect(placeFor({ left: 2_000, top: 50, width: 40, height: 40 }, note, screen)).toBeNull();
  expect(placeFor({ left: 20, top: -50, width: 40, height: 40 }, note, screen)).toBeNull();
});
