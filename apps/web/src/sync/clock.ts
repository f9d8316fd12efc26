/** Time that tests can turn. */
export interface Clock {
  /** Milliseconds that only ever grow. */
  now(): number;
  /** Calls back once; the answer takes that back. */
  after(ms: number, call: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return () => {
      clearTimeout(timer);
    };
  },
};
