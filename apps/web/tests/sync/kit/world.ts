import type {
  ClientFrame,
  Locks,
  OpStore,
  ProjectSync,
  Refused,
  ServerFrame,
  StoredOp,
} from "../../../src/sync/index.ts";
import { Connection, openProject } from "../../../src/sync/index.ts";
import { EPOCH, PROJECT, snapshot } from "./bench.ts";
import { ManualClock, quiet } from "./clock.ts";
import type { ModelServer } from "./model.ts";
import { pick } from "./random.ts";
import { FakeSocket, ready } from "./socket.ts";

/** A device whose writes take their time, and of which a page that dies loses the unfinished ones. */
class Device {
  readonly ops = new Map<string, StoredOp>();

  page(): { store: OpStore; finishWrite: () => boolean } {
    const unfinished: (() => void)[] = [];
    const store: OpStore = {
      load: (room) => Promise.resolve([...this.ops.values()].filter((op) => op.room === room)),
      write: (put, remove) =>
        new Promise((resolve) => {
          unfinished.push(() => {
            for (const op of put) this.ops.set(op.id, structuredClone(op));
            for (const id of remove) this.ops.delete(id);
            resolve();
          });
        }),
    };
    const finishWrite = () => {
      const write = unfinished.shift();
      write?.();
      return write !== undefined;
    };
    return { store, finishWrite };
  }
}

/** Every tab is dead by the time the next one asks. */
const deadTabs: Locks = {
  request: (name, _, call) => call({ name }),
};

/** The server's end of one socket. What is on its way arrives in order, or not at all. */
class Wire {
  readonly #world: World;
  readonly #user: string;
  readonly #socket: FakeSocket;
  readonly #up: ClientFrame[] = [];
  readonly #answers: ServerFrame[] = [];
  readonly #news: ServerFrame[] = [];
  #sentSeq: number | null = null;
  #open = false;

  constructor(world: World, user: string, socket: FakeSocket) {
    this.#world = world;
    this.#user = user;
    this.#socket = socket;
    socket.onSent = (frame) => this.#up.push(frame);
  }

  get alive(): boolean {
    return !this.#socket.closed;
  }

  get idle(): boolean {
    const waiting = this.#up.length + this.#answers.length + this.#news.length;
    return this.#open && waiting === 0 && (this.#sentSeq === null || this.#sentSeq === this.#world.server.seq);
  }

  break(): void {
    this.#socket.break();
  }

  /** One thing happens: something arrives up there or down here. */
  step(): void {
    if (!this.#open) {
      this.#open = true;
      this.#socket.open();
      return;
    }
    const roll = this.#world.random();
    if (roll < 0.25) this.#rise();
    else if (roll < 0.5) this.#fall(this.#answers);
    else if (roll < 0.75) this.#fall(this.#news);
    else this.#tell();
  }

  #rise(): void {
    const frame = this.#up.shift();
    if (frame === undefined) return;
    const { server, random, faults } = this.#world;
    if (frame.type === "auth") this.#answers.push(ready({ userId: this.#user }));
    if (frame.type === "subscribe") this.#join(frame.since);
    if (frame.type !== "op") return;
    if (faults && random() < 0.1) {
      const code = pick(random, ["busy", "unavailable", "rate_limited"]) ?? "busy";
      this.#answers.push({ type: "nack", id: frame.id, code, detail: "", retryable: true });
      return;
    }
    const answer = server.ask(this.#user, frame.id, frame.op, frame.data);
    this.#answers.push("code" in answer ? { type: "nack", ...answer } : { type: "ack", ...answer });
  }

  #join(since: number | null | undefined): void {
    const { server, random } = this.#world;
    this.#sentSeq = server.seq;
    const rest = { project: PROJECT, epoch: EPOCH, presence: [], generations: [] };
    if (since != null && random() < 0.7)
      this.#news.push({ type: "tail", from: since, events: server.tail(since), ...rest });
    else this.#news.push({ ...snapshot(), seq: server.seq, graph: server.graph() });
  }

  #fall(frames: ServerFrame[]): void {
    const frame = frames.shift();
    if (frame !== undefined) this.#socket.hear(frame);
  }

  /** Passes on what happened since; now and then loses it or says it twice. */
  #tell(): void {
    const { server, random, faults } = this.#world;
    if (this.#sentSeq === null || this.#sentSeq === server.seq) return;
    const frame = { type: "events", project: PROJECT, events: server.tail(this.#sentSeq) } as const;
    this.#sentSeq = server.seq;
    if (faults && random() < 0.03) return;
    this.#news.push(frame);
    if (faults && random() < 0.05) this.#news.push(frame);
  }
}

/** Somebody with a browser: a page that can be reloaded, on a device that remembers. */
export class Person {
  readonly user: string;
  readonly #world: World;
  readonly #device = new Device();
  readonly submitted: string[] = [];
  readonly refused = new Map<string, Refused>();
  #connection: Connection | null = null;
  #sync: ProjectSync | null = null;
  #wires: Wire[] = [];
  #finishWrite: () => boolean = () => false;

  constructor(world: World, user: string) {
    this.#world = world;
    this.user = user;
  }

  get sync(): ProjectSync {
    if (this.#sync === null) throw new Error("the page is not open");
    return this.#sync;
  }

  /** Ids that a crash of the page would not lose. */
  durable(id: string): boolean {
    return this.#device.ops.has(id);
  }

  /** Opens the page, or reloads it: what it had in memory is gone. */
  async load(): Promise<void> {
    this.#connection?.stop();
    // A refusal that was not written down before the page died is asked for again.
    for (const id of this.refused.keys()) if (this.durable(id)) this.refused.delete(id);
    const { clock, random, newId } = this.#world;
    const wires: Wire[] = [];
    const newWire = (socket: FakeSocket) => wires.push(new Wire(this.#world, this.user, socket));
    class Wired extends FakeSocket {
      constructor(url: string, protocol: string) {
        super(url, protocol);
        newWire(this);
      }
    }
    const ticket = () => Promise.resolve("ticket");
    const connection = new Connection({ url: "ws://test", ticket, WebSocket: Wired, clock, random });
    const { store, finishWrite } = this.#device.page();
    const opening = openProject({ connection, user: this.user, project: PROJECT, store, locks: deadTabs, newId });
    await this.#writing(opening, finishWrite);
    this.#connection = connection;
    this.#sync = await opening;
    this.#wires = wires;
    this.#finishWrite = finishWrite;
    this.#sync.onRefused((refused) => this.refused.set(refused.id, refused));
    connection.start();
    await quiet();
  }

  /** A new page takes over what is stored, which takes writes of its own. */
  async #writing(opening: Promise<unknown>, finishWrite: () => boolean): Promise<void> {
    const open = opening.then(() => true);
    const later = () => quiet().then(() => false);
    while (!(await Promise.race([open, later()]))) finishWrite();
  }

  async step(): Promise<void> {
    if (this.#world.random() < 0.2) this.#finishWrite();
    else
      this.#wires
        .filter((wire) => wire.alive)
        .at(-1)
        ?.step();
    await quiet();
  }

  async finishWrites(): Promise<void> {
    do await quiet();
    while (this.#finishWrite());
  }

  break(): void {
    this.#wires
      .filter((wire) => wire.alive)
      .at(-1)
      ?.break();
  }

  get idle(): boolean {
    const wire = this.#wires.filter((one) => one.alive).at(-1);
    return this.sync.state().status === "live" && this.sync.state().pending === 0 && wire?.idle === true;
  }
}

export class World {
  readonly clock = new ManualClock();
  readonly server: ModelServer;
  readonly random: () => number;
  faults = true;
  #ids = 0;

  /** In order, and the same whenever the seed is. */
  readonly newId = (): string => {
    this.#ids += 1;
    return `0190c0de-${(this.#ids >> 12).toString(16).padStart(4, "0")}-7${(this.#ids & 0xfff).toString(16).padStart(3, "0")}-8000-000000000000`;
  };

  constructor(server: ModelServer, random: () => number) {
    this.server = server;
    this.random = random;
  }
}
