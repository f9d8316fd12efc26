export {
  Connection,
  NOT_AUTHENTICATED,
  NotAuthenticated,
  type ConnectionOptions,
  type ConnectionState,
  type Socket,
} from "./connection.ts";
export { systemClock, type Clock } from "./clock.ts";
export { Emitter } from "./emitter.ts";
export type { Generations } from "./generations.ts";
export { openProject, type OpenOptions } from "./open.ts";
export type { Outcome } from "./outcomes.ts";
export type { Peer, Presence } from "./presence.ts";
export type { ProjectState, ProjectSync, Refused, Submission, Submitted } from "./project.ts";
export type * from "./protocol.ts";
export { QUEUE_OPS_MAX, QueueFull } from "./queue.ts";
export { OpsRefused, type PostOps, type Refusal } from "./sender.ts";
export { stateHash } from "./state-hash.ts";
export { IndexedDbStore } from "./store-indexeddb.ts";
export { MemoryStore, type OpStore, type StoredOp } from "./store.ts";
export type { Locks } from "./tabs.ts";
export { clearUnsent, countUnsent } from "./unsent.ts";
export { uuidv7 } from "./uuid.ts";
export type { CanvasGraph, Changes } from "./view.ts";
export { visitProject, type Visit } from "./visit.ts";
