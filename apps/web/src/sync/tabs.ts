import type { OpStore, StoredOp } from "./store.ts";

/** The part of the Web Locks API that is used here; `navigator.locks` fits. */
export interface Locks {
  request<T>(name: string, options: { ifAvailable?: boolean }, call: (lock: object | null) => Promise<T>): Promise<T>;
}

/**
 * Every queued operation belongs to one tab, which holds a lock as long as it lives and alone sends it.
 * A tab that starts takes over what belongs to tabs that are gone, among them itself before a reload.
 */
export class Tab {
  readonly name: string;
  readonly #locks: Locks;
  readonly #free: () => void;

  private constructor(name: string, locks: Locks, free: () => void) {
    this.name = name;
    this.#locks = locks;
    this.#free = free;
  }

  static async open(name: string, locks: Locks): Promise<Tab> {
    return new Promise((resolve, reject) => {
      const hold = () =>
        new Promise<void>((free) => {
          resolve(new Tab(name, locks, free));
        });
      locks.request(lockOf(name), {}, hold).catch(reject);
    });
  }

  /** What this tab has to send from now on. */
  async takeOver(store: OpStore, room: string): Promise<StoredOp[]> {
    const owners = new Set((await store.load(room)).map((op) => op.owner));
    for (const owner of owners) {
      if (owner === this.name) continue;
      await this.#locks.request(lockOf(owner), { ifAvailable: true }, async (lock) => {
        if (lock === null) return;
        // Read under the lock: another new tab may have taken them meanwhile.
        const left = (await store.load(room)).filter((op) => op.owner === owner);
        await store.write(
          left.map((op) => ({ ...op, owner: this.name })),
          [],
        );
      });
    }
    const own = (await store.load(room)).filter((op) => op.owner === this.name);
    return own.sort((a, b) => a.place - b.place || (a.id < b.id ? -1 : 1));
  }

  close(): void {
    this.#free();
  }
}

function lockOf(tab: string): string {
  return `nonlinear-sync/${tab}`;
}

/** Locks among the parts of one program, where there are no tabs. */
export class LocalLocks implements Locks {
  readonly #held = new Map<string, Promise<unknown>>();

  async request<T>(
    name: string,
    options: { ifAvailable?: boolean },
    call: (lock: object | null) => Promise<T>,
  ): Promise<T> {
    if (options.ifAvailable === true && this.#held.has(name)) return call(null);
    while (this.#held.has(name)) await this.#held.get(name);
    const work = call({ name });
    const released = work.then(
      () => undefined,
      () => undefined,
    );
    this.#held.set(name, released);
    try {
      return await work;
    } finally {
      this.#held.delete(name);
    }
  }
}
