import { test } from "vitest";

import { seeded } from "../sync/kit/random.ts";

export interface Random {
  /** A whole number from 0 up to, and without, this one. */
  readonly upTo: (end: number) => number;
}

function random(seed: number): Random {
  const next = seeded(seed);
  return { upTo: (end) => Math.floor(next() * end) };
}

const failed = (seed: number, cause: unknown) => new Error(`with seed ${seed}`, { cause });

/** Runs a test with so many seeds; the one with which it failed is named. */
export function randomly(name: string, times: number, run: (random: Random) => void): void {
  test(name, () => {
    for (let seed = 1; seed <= times; seed += 1) {
      try {
        run(random(seed));
      } catch (error) {
        throw failed(seed, error);
      }
    }
  });
}

/** The same for what takes its time. */
export function randomlyAwaited(name: string, times: number, run: (random: Random) => Promise<void>): void {
  test(name, async () => {
    for (let seed = 1; seed <= times; seed += 1) {
      try {
        await run(random(seed));
      } catch (error) {
        throw failed(seed, error);
      }
    }
  });
}
