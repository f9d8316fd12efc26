import { expect, test } from "vitest";

import { narrowedBy } from "../../src/around/activity/narrowing.ts";

const form = (fields: Record<string, string>) => (field: string) => fields[field] ?? "";

test("both days that are named are included, as they are where the reader is", () => {
  const narrowed = narrowedBy(form({ action: " Member ", from: "2026-02-28", to: "2026-02-28" }));
  expect(narrowed).toEqual({
    action: "member",
    after: new Date(2026, 1, 28).toISOString(),
    before: new Date(2026, 2, 1).toISOString(),
  });
});

test("what is left empty narrows nothing", () => {
  expect(narrowedBy(form({}))).toEqual({});
});
