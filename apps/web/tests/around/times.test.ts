import { expect, test } from "vitest";

import { ago } from "../../src/around/parts/times.ts";

const NOW = Date.parse("2026-03-04T12:00:00Z");
const before = (seconds: number) => NOW - seconds * 1000;

test("a moment is told in the largest unit that it fills", () => {
  expect(ago("en", before(20), NOW)).toBe("now");
  expect(ago("en", before(60), NOW)).toBe("1 minute ago");
  expect(ago("en", before(3 * 3600 + 100), NOW)).toBe("3 hours ago");
  expect(ago("en", before(26 * 3600), NOW)).toBe("yesterday");
  expect(ago("en", before(400 * 86_400), NOW)).toBe("last year");
  expect(ago("fr", before(2 * 86_400), NOW)).toBe("avant-hier");
});

test("a clock that is a little ahead does not tell of the future", () => {
  expect(ago("en", before(-5), NOW)).toBe("now");
});
