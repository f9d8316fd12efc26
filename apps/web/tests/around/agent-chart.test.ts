import { expect, test } from "vitest";

import { barsOf, CHART } from "../../src/around/agents/chart.ts";

const day = (date: string, tasks: number) => ({ date, tasks, tokens: 0, cost: 0 });

test("each day with tasks has a bar in its place, and the highest fills the chart", () => {
  const bars = barsOf([day("2026-01-01", 2), day("2026-01-02", 0), day("2026-01-03", 4)]);
  expect(bars.map(({ day: { date } }) => date)).toEqual(["2026-01-01", "2026-01-03"]);
  expect(bars[1]).toMatchObject({ x: 200, y: 0, height: CHART.height });
  expect(bars[0]).toMatchObject({ x: 0, height: CHART.height / 2 });
});

test("one task among very many is still seen", () => {
  expect(barsOf([day("a", 1), day("b", 10_000)])[0]?.height).toBeGreaterThan(1);
  expect(barsOf([])).toEqual([]);
});
