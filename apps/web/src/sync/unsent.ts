import { IndexedDbStore } from "./store-indexeddb.ts";

/** How many changes of a user this browser keeps that have not reached the server. */
export const countUnsent = (user: string): Promise<number> =>
  withStore(async (store) => (await store.ofUser(user)).length);

/** Forgets them. Pages that are open still know theirs: whoever calls this loads the page anew. */
export const clearUnsent = (user: string): Promise<void> =>
  withStore(async (store) => {
    const ids = (await store.ofUser(user)).map(({ id }) => id);
    await store.write([], ids);
  });

async function withStore<T>(work: (store: IndexedDbStore) => Promise<T>): Promise<T> {
  const store = new IndexedDbStore();
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
