import { expect, test } from "vitest";

import { whole } from "../../src/around/parts/whole.ts";

test("a list is read to its last page", async () => {
  const asked: unknown[] = [];
  const items = await whole<number>((page) => {
    asked.push(page.cursor);
    return Promise.resolve(
      page.cursor === undefined ? { items: [1, 2], nextCursor: "b" } : { items: [3], nextCursor: null },
    );
  });
  expect(items).toEqual([1, 2, 3]);
  expect(asked).toEqual([undefined, "b"]);
});
