import type { QueryClient, QueryKey } from "@tanstack/react-query";

import { readAgain } from "../api/read-again.ts";

/** Events may come many a second: what they change is read at most this often. */
const READ_EVERY_MS = 250;

/** Has what changed read again soon. */
export class ReadingSoon {
  readonly #queries: QueryClient;
  readonly #stale = new Map<string, QueryKey>();
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(queries: QueryClient) {
    this.#queries = queries;
  }

  /** The next reading waits for the end of the one before: on a slow line each would put an end to the last. */
  mark(...keys: QueryKey[]): void {
    for (const key of keys) this.#stale.set(key.join(), key);
    if (this.#stale.size > 0) this.#timer ??= setTimeout(() => void this.#read(), READ_EVERY_MS);
  }

  stop(): void {
    this.#stale.clear();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #read(): Promise<void> {
    const keys = [...this.#stale.values()];
    this.#stale.clear();
    await Promise.all(keys.map((key) => readAgain(this.#queries, key)));
    this.#timer = null;
    this.mark();
  }
}
