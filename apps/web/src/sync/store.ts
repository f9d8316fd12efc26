import type { Op } from "./protocol.ts";

/** An operation that waits for its acknowledgement, as it is kept on the device. */
export interface StoredOp {
  readonly id: string;
  /** User and project: nobody sends what another user of the same browser did. */
  readonly room: string;
  /** The tab that sends it. */
  readonly owner: string;
  /** Its place in the queue. */
  readonly place: number;
  readonly op: Op;
  /** The nodes and edges it is about. */
  readonly about: readonly string[];
  /** It may have reached the server, so it must stay as it is. */
  readonly tried: boolean;
}

/** Where the queue survives a reload. */
export interface OpStore {
  /** Everything of a room, whoever owns it, in any order. */
  load(room: string): Promise<StoredOp[]>;
  /** All of it or nothing; the promise resolves once it would survive a crash of the page. */
  write(put: readonly StoredOp[], remove: readonly string[]): Promise<void>;
}

/** For programs that need not survive their own end, and for tests. */
export class MemoryStore implements OpStore {
  readonly #ops = new Map<string, StoredOp>();

  load(room: string): Promise<StoredOp[]> {
    return Promise.resolve([...this.#ops.values()].filter((op) => op.room === room));
  }

  write(put: readonly StoredOp[], remove: readonly string[]): Promise<void> {
    for (const op of put) this.#ops.set(op.id, op);
    for (const id of remove) this.#ops.delete(id);
    return Promise.resolve();
  }
}
