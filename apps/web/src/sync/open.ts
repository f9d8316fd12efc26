import type { Connection } from "./connection.ts";
import { ProjectSync } from "./project.ts";
import { OpQueue } from "./queue.ts";
import type { PostOps } from "./sender.ts";
import { IndexedDbStore } from "./store-indexeddb.ts";
import { MemoryStore, type OpStore, type StoredOp } from "./store.ts";
import { LocalLocks, Tab, type Locks } from "./tabs.ts";
import { uuidv7 } from "./uuid.ts";

export interface OpenOptions {
  connection: Connection;
  /** The id of the user who is logged in. */
  user: string;
  project: string;
  /** Where the queue is kept; the browser's database when there is one. */
  store?: OpStore;
  locks?: Locks;
  /** For changes larger than a frame; without it they are refused. */
  postOps?: PostOps;
  newId?: () => string;
  /** The device does not keep the queue, which goes on in memory. */
  onStoreError?: (error: unknown) => void;
}

const localLocks = new LocalLocks();

/** Follows a project, beginning with whatever an earlier page of this user could not send. */
export async function openProject(options: OpenOptions): Promise<ProjectSync> {
  const { connection, user, project, postOps, newId = uuidv7, onStoreError = () => undefined } = options;
  const store = options.store ?? defaultStore();
  const room = `${user}/${project}`;
  const tab = await Tab.open(uuidv7(), options.locks ?? defaultLocks());
  let stored: StoredOp[] = [];
  try {
    stored = await tab.takeOver(store, room);
  } catch (error) {
    onStoreError(error);
  }
  const queue = new OpQueue({ store, room, owner: tab.name, newId, onStoreError }, stored);
  const release = () => {
    tab.close();
  };
  return new ProjectSync({ connection, user, project, queue, postOps, release });
}

function defaultStore(): OpStore {
  return "indexedDB" in globalThis ? new IndexedDbStore() : new MemoryStore();
}

function defaultLocks(): Locks {
  const shared = (globalThis.navigator as Partial<Navigator> | undefined)?.locks;
  return (shared as Locks | undefined) ?? localLocks;
}
