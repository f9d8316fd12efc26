import type { Clock } from "./clock.ts";

export const BACKOFF_BASE_MS = 250;
export const BACKOFF_CAP_MS = 30_000;

/** Full jitter: anything up to the doubled, capped delay, so that clients do not come back as one. */
export function fullJitter(attempt: number, random: () => number): number {
  return random() * Math.min(BACKOFF_CAP_MS, BACKOFF_BASE_MS * 2 ** Math.min(attempt, 16));
}

/** So many at once, and so many a second after that. */
export class Bucket {
  readonly #clock: Clock;
  readonly #perMs: number;
  readonly #burst: number;
  #level: number;
  #filledAt: number;

  constructor(clock: Clock, perSecond: number, burst: number) {
    this.#clock = clock;
    this.#perMs = perSecond / 1_000;
    this.#burst = burst;
    this.#level = burst;
    this.#filledAt = clock.now();
  }

  /** Takes one and answers 0, or answers how many milliseconds to wait. */
  take(): number {
    const now = this.#clock.now();
    this.#level = Math.min(this.#burst, this.#level + (now - this.#filledAt) * this.#perMs);
    this.#filledAt = now;
    if (this.#level < 1) return Math.ceil((1 - this.#level) / this.#perMs);
    this.#level -= 1;
    return 0;
  }
}
