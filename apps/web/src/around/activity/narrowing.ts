import type { Values } from "../parts/Form.tsx";

/** Which records are read; all of them where nothing is said. */
export interface Narrowed {
  readonly action?: string;
  /** The id of who acted. */
  readonly actor?: string;
  readonly after?: string;
  readonly before?: string;
}

/** What a form says: a kind of change, and the first and the last day, both included. */
export function narrowedBy(values: Values): Narrowed {
  const action = values("action").trim().toLowerCase();
  const after = beginning(values("from"), 0);
  const before = beginning(values("to"), 1);
  return {
    ...(action !== "" && { action }),
    ...(after !== null && { after }),
    ...(before !== null && { before }),
  };
}

/** When a day begins where the reader is, or the day after it. */
function beginning(day: string, later: number): string | null {
  const [year, month, date] = day.split("-").map(Number);
  if (year === undefined || month === undefined || date === undefined) return null;
  return new Date(year, month - 1, date + later).toISOString();
}
