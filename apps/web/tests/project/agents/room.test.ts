import { expect, test } from "vitest";

import { roomFor } from "../../../src/project/agents/room.ts";

const SCREEN = { top: 50, bottom: 850 };

test("a list stands below its field as long as it is seen there", () => {
  expect(roomFor(200, { top: 300, bottom: 400 }, SCREEN, 1)).toEqual({ side: "below", height: 442 });
});

test("at the lower edge it stands above", () => {
  expect(roomFor(200, { top: 700, bottom: 800 }, SCREEN, 1)).toEqual({ side: "above", height: 642 });
});

test("where it fits nowhere, it takes the larger side and is as high as that", () => {
  expect(roomFor(900, { top: 300, bottom: 400 }, SCREEN, 1)).toEqual({ side: "below", height: 442 });
});

test("what is seen twice as large needs twice the room", () => {
  expect(roomFor(200, { top: 300, bottom: 500 }, SCREEN, 2)).toEqual({ side: "below", height: 171 });
  expect(roomFor(200, { top: 450, bottom: 650 }, SCREEN, 2)).toEqual({ side: "above", height: 196 });
});
