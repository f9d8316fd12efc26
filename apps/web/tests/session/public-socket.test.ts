import { afterEach, expect, test } from "vitest";

import { ANYBODY, LOOK_MS, PublicSocket, type Surroundings } from "../../src/session/PublicSocket.ts";
import { Connection, MemoryStore, openProject, type GraphView, type ProjectSync } from "../../src/sync/index.ts";
import { LocalLocks } from "../../src/sync/tabs.ts";
import { EPOCH, PROJECT, snapshot } from "../sync/kit/bench.ts";
import { ManualClock, quiet } from "../sync/kit/clock.ts";
import { node } from "../project/kit.ts";

/** The server and the page, with a project on it that somebody follows without an account. */
class World {
  readonly clock = new ManualClock();
  readonly connection: Connection;
  /** What was asked, by the tag that was sent along. */
  readonly asked: (string | null)[] = [];
  /** In place of the project. */
  refusal: (() => Response) | null = null;
  seq = 1;
  #seen: (() => void) | null = () => undefined;
  #waiting: (() => void) | null = null;

  constructor() {
    const around: Surroundings = {
      clock: this.clock,
      fetch: (_url, init) => Promise.resolve().then(() => this.#answer(init)),
      whenSeen: (call) => {
        if (this.#seen !== null) call();
        else this.#waiting = call;
        return () => (this.#waiting = null);
      },
    };
    class Here extends PublicSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol, around);
      }
    }
    const { clock } = this;
    this.connection = new Connection({
      url: "http://test/public",
      ticket: () => Promise.resolve(""),
      WebSocket: Here,
      clock,
      random: () => 0.5,
    });
  }

  async open(): Promise<ProjectSync> {
    const { connection } = this;
    const sync = await openProject({
      connection,
      user: ANYBODY,
      project: PROJECT,
      store: new MemoryStore(),
      locks: new LocalLocks(),
    });
    connection.start();
    await settled();
    return sync;
  }

  hide(): void {
    this.#seen = null;
  }

  show(): void {
    this.#seen = () => undefined;
    this.#waiting?.();
  }

  #answer({ headers }: RequestInit): Response {
    const known = new Headers(headers).get("if-none-match");
    this.asked.push(known);
    if (this.refusal !== null) return this.refusal();
    const tag = `"${this.seq}"`;
    return known === tag
      ? new Response(null, { status: 304 })
      : Response.json(graphAt(this.seq), { headers: { etag: tag } });
  }
}

/** A project that has as many nodes as it has events. */
function graphAt(seq: number): GraphView {
  const nodes = Array.from({ length: seq }, (_, place) => node(`node-${place}`));
  const { project } = snapshot().graph;
  return {
    project: { ...project, id: PROJECT, isPublic: true, role: null },
    epoch: EPOCH,
    seq,
    nodes,
    edges: [],
    members: [],
  };
}

const problem = (status: number, headers: Record<string, string> = {}) => new Response(null, { status, headers });

/** Answers pass through several promises and the body of a response. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await quiet();
}

async function pass(world: World, ms: number): Promise<void> {
  await world.clock.advance(ms);
  await settled();
}

let world = new World();
afterEach(() => {
  world.connection.stop();
  world = new World();
});

test("somebody without an account gets the project, and what happens to it later", async () => {
  const sync = await world.open();
  expect(sync.state()).toEqual({ status: "live", pending: 0 });
  expect(sync.graph()?.nodes.size).toBe(1);

  world.seq = 2;
  await pass(world, LOOK_MS);

  expect(sync.graph()?.nodes.size).toBe(2);
  expect(sync.seq).toBe(2);
});

test("as long as nothing happens, only that is asked, and nothing is told", async () => {
  const sync = await world.open();
  let changes = 0;
  sync.onChange(() => (changes += 1));

  await pass(world, LOOK_MS);
  await pass(world, LOOK_MS);

  expect(world.asked).toEqual([null, '"1"', '"1"']);
  expect(changes).toBe(0);
});

test("what did not change keeps its identity when something else does", async () => {
  const sync = await world.open();
  const before = sync.node("node-0");

  world.seq = 2;
  await pass(world, LOOK_MS);

  expect(sync.node("node-0")).toBe(before);
});

test("a page that nobody sees asks nothing, and asks at once when it is seen again", async () => {
  const sync = await world.open();
  world.hide();
  await pass(world, 10 * LOOK_MS);
  expect(world.asked).toHaveLength(1);

  world.seq = 2;
  world.show();
  await settled();

  expect(sync.graph()?.nodes.size).toBe(2);
});

test("a project that is not public ends before anything was seen", async () => {
  world.refusal = () => problem(404);

  const sync = await world.open();

  expect(sync.state().status).toBe("ended");
  expect(sync.graph()).toBeNull();
  expect(world.connection.state()).toMatchObject({ status: "ended", code: 4004 });
});

test("a project that is no longer public ends, and is not asked for again", async () => {
  const sync = await world.open();
  world.refusal = () => problem(404);

  await pass(world, LOOK_MS);
  await pass(world, 10 * LOOK_MS);

  expect(sync.state().status).toBe("ended");
  expect(world.asked).toHaveLength(2);
});

test("a server that is away is said to be, and found again when it is back", async () => {
  const sync = await world.open();
  world.refusal = () => {
    throw new TypeError("no network");
  };
  await pass(world, LOOK_MS);
  expect(sync.state().status).toBe("offline");

  world.refusal = null;
  world.seq = 3;
  await pass(world, LOOK_MS);

  expect(sync.state().status).toBe("live");
  expect(sync.graph()?.nodes.size).toBe(3);
});

test("where too many look from one address, it is asked again when the server says", async () => {
  const sync = await world.open();
  world.refusal = () => problem(429, { "retry-after": "20" });
  await pass(world, LOOK_MS);
  world.refusal = null;
  world.seq = 2;

  await pass(world, 19_000);
  expect(sync.state().status).toBe("live");
  expect(world.asked).toHaveLength(2);
  await pass(world, 1_000);

  expect(sync.graph()?.nodes.size).toBe(2);
});

test("nothing can be changed, and the refusal names the way out", async () => {
  const sync = await world.open();

  const outcome = await sync.submit("node.create", { prompt: "mine", position: { x: 0, y: 0 } }).settled;

  expect(outcome).toMatchObject({ ok: false, refusal: { code: "forbidden" } });
  expect(sync.graph()?.nodes.size).toBe(1);
});

test("whoever leaves asks no more", async () => {
  const sync = await world.open();

  await sync.close();
  await pass(world, 10 * LOOK_MS);

  expect(world.asked).toHaveLength(1);
  expect(world.connection.state().status).toBe("live");
});
