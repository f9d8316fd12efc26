import {
  Connection,
  MemoryStore,
  openProject,
  type EventView,
  type NodeView,
  type OpenOptions,
  type ProjectSync,
  type Snapshot,
} from "../../../src/sync/index.ts";
import { LocalLocks } from "../../../src/sync/tabs.ts";
import { ManualClock, quiet } from "./clock.ts";
import { ready, socketFactory, USER, type FakeSocket } from "./socket.ts";

export const PROJECT = "0190c0de-0000-7000-8000-000000000001";
/** What an owner may do, as far as it matters here. */
export const OWNERS_RIGHTS = ["graph:read", "graph:write", "graph:delete", "members:read", "members:write"];
export const READERS_RIGHTS = ["graph:read", "members:read"];
export const EPOCH = "0190c0de-0000-7000-8000-0000000000ee";
const AT = "2026-01-01T00:00:00.000Z";

/** A connection and a project on it, with the test as the server. */
export interface Bench {
  clock: ManualClock;
  connection: Connection;
  sockets: FakeSocket[];
  sync: ProjectSync;
  /** The latest socket. */
  socket: () => FakeSocket;
  /** Goes from nothing to a subscription that waits for its answer. */
  connect: () => Promise<FakeSocket>;
  /** Connects and answers with a snapshot. */
  join: (change?: Partial<Snapshot>) => Promise<FakeSocket>;
}

export async function bench(options: Partial<OpenOptions> & { random?: () => number } = {}): Promise<Bench> {
  const clock = new ManualClock();
  const { sockets, WebSocket } = socketFactory();
  const { random = () => 0.5, ...open } = options;
  const ticket = () => Promise.resolve("ticket");
  const connection = new Connection({ url: "ws://test", ticket, WebSocket, clock, random });
  const sync = await openProject({
    connection,
    user: USER,
    project: PROJECT,
    store: new MemoryStore(),
    locks: new LocalLocks(),
    ...open,
  });
  const socket = (): FakeSocket => {
    const last = sockets.at(-1);
    if (last === undefined) throw new Error("no socket was opened");
    return last;
  };
  const connect = async () => {
    connection.start();
    await quiet();
    socket().open();
    socket().hear(ready());
    return socket();
  };
  const join = async (change: Partial<Snapshot> = {}) => {
    const connected = await connect();
    connected.hear(snapshot([], change));
    await quiet();
    return connected;
  };
  return { clock, connection, sockets, sync, socket, connect, join };
}

export function snapshot(nodes: readonly NodeView[] = [], change: Partial<Snapshot> = {}): Snapshot {
  const project = {
    id: PROJECT,
    name: "Test",
    description: null,
    systemPrompt: null,
    ownerId: USER,
    isPublic: false,
    isListed: false,
    layout: null,
    viewport: null,
    presetId: null,
    model: null,
    fallbackModels: [],
    role: "OWNER",
    rights: OWNERS_RIGHTS,
    version: 1,
    createdAt: AT,
    updatedAt: AT,
    deletedAt: null,
  } as const;
  return {
    type: "snapshot",
    project: PROJECT,
    epoch: EPOCH,
    seq: 1,
    graph: {
      project,
      epoch: EPOCH,
      seq: 1,
      nodes,
      edges: [],
      members: [{ userId: USER, role: "OWNER", name: "Ada", avatar: null }],
    },
    presence: [],
    generations: [],
    ...change,
  };
}

export function node(id: string, change: Partial<NodeView> = {}): NodeView {
  return {
    id,
    prompt: "why?",
    response: null,
    summary: null,
    status: "IDLE",
    position: { x: 0, y: 0 },
    metadata: null,
    llmModel: null,
    llmTokens: null,
    llmCost: null,
    pinned: false,
    generationId: null,
    version: 1,
    createdAt: AT,
    updatedAt: AT,
    ...change,
  };
}

export function event(
  seq: number,
  op: string,
  data: object,
  { opId, user = USER, ...staleness }: { opId?: string; user?: string } & Pick<EventView, "stale" | "fresh"> = {},
): EventView {
  return { seq, op, data, actor: { kind: "USER", id: user, name: "Ada" }, opId: opId ?? null, ...staleness, at: AT };
}
