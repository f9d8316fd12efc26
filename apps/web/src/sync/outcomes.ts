import type { Refusal } from "./sender.ts";

/** What the server decided about an operation. */
export type Outcome = { readonly ok: true; readonly seq: number } | { readonly ok: false; readonly refusal: Refusal };

interface Waiter {
  readonly settled: Promise<Outcome>;
  readonly resolve: (outcome: Outcome) => void;
}

/** Those who wait to hear what became of an operation. */
export class Outcomes {
  readonly #waiters = new Map<string, Waiter>();

  of(id: string): Promise<Outcome> {
    const waiter = this.#waiters.get(id) ?? newWaiter();
    this.#waiters.set(id, waiter);
    return waiter.settled;
  }

  decide(id: string, outcome: Outcome): void {
    this.#waiters.get(id)?.resolve(outcome);
    this.#waiters.delete(id);
  }
}

function newWaiter(): Waiter {
  let resolve: Waiter["resolve"] = () => undefined;
  const settled = new Promise<Outcome>((done) => {
    resolve = done;
  });
  return { settled, resolve };
}
