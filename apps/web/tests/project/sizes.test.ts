import { expect, test } from "vitest";

import examples from "../../../../docs/examples/card-sizes.json" with { type: "json" };
import { sizeOf, type Sized } from "../../src/project/sizes.ts";

/** The server places cards by the same sizes: apps/canvas/src/nodes/places.rs has this test, too. */
test.each(examples)("$of is as large as everybody says", ({ of: _, width, height, setWidth, setHeight, ...said }) => {
  const node = { ...said, width: setWidth ?? null, height: setHeight ?? null } as Sized;
  expect(sizeOf(node)).toEqual({ width, height });
});
