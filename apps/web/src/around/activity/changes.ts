export interface Change {
  field: string;
  before: string | null;
  after: string | null;
}

type Fields = Readonly<Record<string, unknown>>;

/** Objects with the fields that changed; of a batch, with its parts. */
interface Values {
  oldValues: unknown;
  newValues: unknown;
}

/** What changed from what to what, field by field. Of a batch its parts are counted by their words. */
export function changesOf({ oldValues, newValues }: Values): Change[] {
  const [before, after] = [fields(oldValues), fields(newValues)];
  if (Array.isArray(after.ops)) return counted(after.ops as unknown[]);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names
    .map((field) => ({ field, before: said(before[field]), after: said(after[field]) }))
    .filter(({ before, after }) => before !== after);
}

const fields = (values: unknown): Fields =>
  typeof values === "object" && values !== null && !Array.isArray(values) ? (values as Fields) : {};

function counted(parts: readonly unknown[]): Change[] {
  const counts = new Map<string, number>();
  for (const part of parts) {
    const { op, more } = fields(part);
    if (typeof op === "string") counts.set(op, (counts.get(op) ?? 0) + 1);
    else if (typeof more === "number") counts.set("…", more);
  }
  return [...counts].map(([field, count]) => ({ field, before: null, after: String(count) }));
}

function said(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}
