/** How far down each of so many lanes is taken. What comes next in a lane stands below that. */
export class Lanes {
  readonly #taken: Float64Array;

  constructor(count: number) {
    this.#taken = new Float64Array(count);
  }

  /** From where on so many lanes beside each other are free, whichever of them is the first. */
  free(count: number): Float64Array {
    return windows(this.#taken, count, Math.max);
  }

  take(lane: number, count: number, until: number): void {
    for (let at = lane; at < lane + count; at += 1) this.#taken[at] = Math.max(this.#taken[at] ?? 0, until);
  }

  taken(count: number): Float64Array {
    return this.#taken.subarray(0, count);
  }
}

/**
 * The most, or the least, of so many numbers beside each other, whichever of them is the first. Each step doubles how many
 * are known together, so that wide windows cost little more than narrow ones.
 */
export function windows(
  numbers: Float64Array,
  count: number,
  of: (one: number, other: number) => number,
): Float64Array {
  let known = numbers;
  let wide = 1;
  while (wide < count) {
    const step = Math.min(wide, count - wide);
    const next = new Float64Array(known.length - step);
    for (let at = 0; at < next.length; at += 1) next[at] = of(known[at] ?? 0, known[at + step] ?? 0);
    known = next;
    wide += step;
  }
  return known;
}
