import { expect, it, vi } from "vitest";

import { Emitter } from "../../src/sync/emitter.ts";
import { uuidv7 } from "../../src/sync/index.ts";
import { Bucket, fullJitter } from "../../src/sync/pace.ts";
import { canonical } from "../../src/sync/state-hash.ts";
import { ManualClock } from "./kit/clock.ts";

it("ids are UUIDv7 of the time, all different, in the order they were made", () => {
  const ids = Array.from({ length: 10_000 }, () => uuidv7(1_700_000_000_000));

  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(ids[0]?.replace("-", "").slice(0, 12)).toBe((1_700_000_000_000).toString(16).padStart(12, "0"));
  expect(new Set(ids).size).toBe(ids.length);
  expect([...ids].sort()).toEqual(ids);
});

it("a bucket lets a burst through, then the rate", async () => {
  const clock = new ManualClock();
  const bucket = new Bucket(clock, 30, 60);
  const burst = Array.from({ length: 60 }, () => bucket.take());
  expect(burst.every((wait) => wait === 0)).toBe(true);

  expect(bucket.take()).toBe(34);
  await clock.advance(34);
  expect(bucket.take()).toBe(0);
  await clock.advance(1_000);
  expect(Array.from({ length: 31 }, () => bucket.take()).filter((wait) => wait === 0)).toHaveLength(30);
});

it("jitter spreads over the whole of a doubling, capped delay", () => {
  expect([0, 1, 2, 50].map((attempt) => fullJitter(attempt, () => 1))).toEqual([250, 500, 1_000, 30_000]);
  expect(fullJitter(5, () => 0)).toBe(0);
});

it("canonical JSON sorts keys by UTF-16 and writes numbers as RFC 8785 does", () => {
  const value = {
    "\u20ac": 1e21,
    "\r": -0,
    "1": 0.000001,
    b: [true, null, '\u0007"é\ud83d\ude00'],
    a: { z: 1.5, y: 1e-7 },
  };

  expect(canonical(value)).toBe(
    '{"\\r":0,"1":0.000001,"a":{"y":1e-7,"z":1.5},"b":[true,null,"\\u0007\\"é😀"],"€":1e+21}',
  );
});

it("a listener that fails is reported and keeps nothing from the others", () => {
  const reported = vi.spyOn(globalThis, "queueMicrotask").mockImplementation(() => undefined);
  const emitter = new Emitter<number>();
  const heard: number[] = [];
  emitter.listen(() => {
    throw new Error("broken");
  });
  const stop = emitter.listen((value) => heard.push(value));
  emitter.emit(1);
  stop();
  emitter.emit(2);

  expect(heard).toEqual([1]);
  expect(reported).toHaveBeenCalledTimes(2);
  expect(reported.mock.calls[0]?.[0]).toThrow("broken");
  reported.mockRestore();
});
