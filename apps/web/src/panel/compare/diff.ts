/** A run of words: in both texts, or in one of them only. */
export interface Run {
  readonly text: string;
  readonly in: "both" | "a" | "b";
}

/** Beyond this many differing words nobody reads differences, and finding them would take long. */
const EDITS_MAX = 1_000;

/** Which words two texts have in common, in the order of both (Myers' greedy algorithm). */
export function differences(a: string, b: string): Run[] {
  const left = wordsOf(a);
  const right = wordsOf(b);
  let start = 0;
  while (start < left.length && left[start] === right[start]) start += 1;
  let tail = 0;
  while (tail < Math.min(left.length, right.length) - start && left.at(-1 - tail) === right.at(-1 - tail)) tail += 1;
  const middle = edits(left.slice(start, left.length - tail), right.slice(start, right.length - tail));
  const same = (words: string[]): Run => ({ text: words.join(""), in: "both" });
  return joined([same(left.slice(0, start)), ...middle, same(left.slice(left.length - tail))]);
}

/** Words with the space after them, so that they can be put together again. */
const wordsOf = (text: string): string[] => text.match(/\S+\s*|\s+/g) ?? [];

/** Furthest reaching ways by diagonal, one map for each number of edits. */
function edits(a: readonly string[], b: readonly string[]): Run[] {
  const trace: Map<number, number>[] = [];
  let reached = new Map([[1, 0]]);
  for (let count = 0; count <= Math.min(a.length + b.length, EDITS_MAX); count += 1) {
    trace.push(reached);
    const next = new Map<number, number>();
    for (let diagonal = -count; diagonal <= count; diagonal += 2) {
      let x = step(reached, diagonal, count);
      while (x < a.length && x - diagonal < b.length && a[x] === b[x - diagonal]) x += 1;
      next.set(diagonal, x);
      if (x >= a.length && x - diagonal >= b.length) return backwards(trace, a, b);
    }
    reached = next;
  }
  return [
    { text: a.join(""), in: "a" },
    { text: b.join(""), in: "b" },
  ];
}

/** Where a diagonal goes on after one more edit. */
function step(reached: ReadonlyMap<number, number>, diagonal: number, count: number): number {
  return isAbove(reached, diagonal, count) ? (reached.get(diagonal + 1) ?? 0) : (reached.get(diagonal - 1) ?? 0) + 1;
}

/** Whether that edit puts a word of `b` in, or leaves one of `a` out: whichever gets further. */
function isAbove(reached: ReadonlyMap<number, number>, diagonal: number, count: number): boolean {
  if (diagonal === -count || diagonal === count) return diagonal === -count;
  return (reached.get(diagonal - 1) ?? -1) < (reached.get(diagonal + 1) ?? -1);
}

/** The way back from the end: each round is one edit, and before it the words that both have. */
function backwards(trace: readonly ReadonlyMap<number, number>[], a: readonly string[], b: readonly string[]): Run[] {
  const runs: Run[] = [];
  let x = a.length;
  let y = b.length;
  const common = (from: number) => {
    for (; x > from; x -= 1, y -= 1) runs.push({ text: a[x - 1] ?? "", in: "both" });
  };
  for (let count = trace.length - 1; count > 0; count -= 1) {
    const reached = trace[count] ?? new Map<number, number>();
    const diagonal = x - y;
    const isPutIn = isAbove(reached, diagonal, count);
    const before = isPutIn ? diagonal + 1 : diagonal - 1;
    const fromX = reached.get(before) ?? 0;
    common(isPutIn ? fromX : fromX + 1);
    x = fromX;
    y = fromX - before;
    runs.push(isPutIn ? { text: b[y] ?? "", in: "b" } : { text: a[x] ?? "", in: "a" });
  }
  common(0);
  return runs.reverse();
}

function joined(runs: readonly Run[]): Run[] {
  const result: Run[] = [];
  for (const run of runs) {
    const last = result.at(-1);
    if (run.text === "") continue;
    if (last?.in === run.in) result[result.length - 1] = { ...last, text: last.text + run.text };
    else result.push(run);
  }
  return result;
}
