import { test } from "vitest";

import { seeded } from "../sync/kit/random.ts";

export interface Random {
  /** A whole number from 0 up to, and without, this one. */
  readonly upTo: (end: number) => number;
}

/** Runs a test with so many seeds; the one with which it failed is named. */
export function randomly(name: string, times: number, run: (random: Random) => void): void {
  test(name, () => {
    for (let seed = 1; seed <= times; seed += 1) {
      const next = seeded(seed);
      try {
        run({ upTo: (end) => Math.floor(next() * end) });
      } catch (error) {
        throw new Error(`with seed ${seed}`, { cause: error });
      }
    }
  });
}
