import type { OpStore, StoredOp } from "./store.ts";

const VERSION = 1;
const OPS = "ops";
const BY_ROOM = "room";

/** Keeps the queue in the browser's database. */
export class IndexedDbStore implements OpStore {
  readonly #open: Promise<IDBDatabase>;

  constructor(name = "nonlinear-sync", factory: IDBFactory = indexedDB) {
    this.#open = open(factory, name);
    // Whoever loads or writes hears of a failure; without this line it would count as unhandled, too.
    this.#open.catch(() => undefined);
  }

  async load(room: string): Promise<StoredOp[]> {
    const database = await this.#open;
    const index = database.transaction(OPS).objectStore(OPS).index(BY_ROOM);
    return answer(index.getAll(room) as IDBRequest<StoredOp[]>);
  }

  /** Everything of a user, in whichever project. */
  async ofUser(user: string): Promise<StoredOp[]> {
    const database = await this.#open;
    const index = database.transaction(OPS).objectStore(OPS).index(BY_ROOM);
    const rooms = IDBKeyRange.bound(`${user}/`, `${user}/\uffff`);
    return answer(index.getAll(rooms) as IDBRequest<StoredOp[]>);
  }

  async write(put: readonly StoredOp[], remove: readonly string[]): Promise<void> {
    const database = await this.#open;
    const transaction = database.transaction(OPS, "readwrite");
    const store = transaction.objectStore(OPS);
    for (const op of put) store.put(op);
    for (const id of remove) store.delete(id);
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => {
        resolve();
      };
      transaction.onabort = () => {
        reject(transaction.error ?? new Error("the browser gave up a write"));
      };
    });
  }

  /** Lets go of the database, as a page that ends does. */
  async close(): Promise<void> {
    (await this.#open).close();
  }
}

function open(factory: IDBFactory, name: string): Promise<IDBDatabase> {
  const request = factory.open(name, VERSION);
  request.onupgradeneeded = () => {
    const store = request.result.createObjectStore(OPS, { keyPath: "id" });
    store.createIndex(BY_ROOM, "room");
  };
  return answer(request);
}

function answer<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => {
      resolve(request.result);
    };
    request.onerror = () => {
      reject(request.error ?? new Error("the browser's database does not answer"));
    };
  });
}
