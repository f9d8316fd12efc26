import type { Schemas } from "../../api/client.ts";

type Day = Schemas["AgentDay"];

/** The chart in units of its own: it is stretched to the room that there is. */
export const CHART = { width: 300, height: 100 } as const;
/** A part of each day's width that stays empty. */
const GAP_SHARE = 0.2;
/** As little as a day with a task may have, so that it is seen. */
const HEIGHT_MIN = 2;

interface Bar {
  readonly day: Day;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One bar for each day with tasks, the highest as high as the chart. */
export function barsOf(days: readonly Day[]): readonly Bar[] {
  const most = Math.max(1, ...days.map(({ tasks }) => tasks));
  const step = CHART.width / Math.max(1, days.length);
  return days.flatMap((day, place) => {
    if (day.tasks === 0) return [];
    const height = Math.max(HEIGHT_MIN, (day.tasks / most) * CHART.height);
    return [{ day, x: place * step, y: CHART.height - height, width: step * (1 - GAP_SHARE), height }];
  });
}
