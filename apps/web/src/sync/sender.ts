import type { Clock } from "./clock.ts";
import type { Entry, OpQueue } from "./queue.ts";
import { fullJitter } from "./pace.ts";
import type { Ack, BatchedOp, ClientFrame, FieldError } from "./protocol.ts";

const WINDOW_OPS = 16;

/** Why the server, or the library before it, refused an operation: a word of `docs/problems.md`, or `gone`. */
export interface Refusal {
  readonly code: string;
  readonly detail: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
  readonly errors?: readonly FieldError[];
  /** The cycle that the edge would close. */
  readonly path?: readonly string[];
}

/** Thrown by `postOps` when the server answered with a problem. */
export class OpsRefused extends Error {
  override readonly name = "OpsRefused";
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.detail);
    this.refusal = refusal;
  }
}

/** `POST /projects/{project}/ops` with `{ops}`; gives its answer. */
export type PostOps = (
  project: string,
  ops: readonly (BatchedOp & { id: string })[],
) => Promise<{ seq: number; results: object[] }>;

/** What a connection is to the sender. */
export interface Line {
  readonly clock: Clock;
  readonly random: () => number;
  send(frame: ClientFrame): void;
  takeOp(): number;
}

interface Settings {
  project: string;
  queue: OpQueue;
  connection: Line;
  postOps: PostOps | undefined;
  onAccepted: (entry: Entry, seq: number, data: object | undefined) => void;
  onRefused: (entry: Entry, refusal: Refusal) => void;
}

/** Sends what is in the queue: in order, at the pace the server allows, again when it must. */
export class Sender {
  readonly #settings: Settings;
  #frameBytes: number | null = null;
  #session = {};
  #cancelTimer: () => void = () => undefined;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** The project is joined, perhaps again on the same socket: from now on operations may go. */
  open(frameBytes: number): void {
    this.#frameBytes = frameBytes;
    this.pump();
  }

  close(): void {
    this.#frameBytes = null;
    this.#session = {};
    this.#cancelTimer();
    this.#settings.queue.unsend();
  }

  pump(): void {
    const { queue, connection } = this.#settings;
    if (this.#frameBytes === null) {
      void queue.flush();
      return;
    }
    this.#cancelTimer();
    const now = connection.clock.now();
    const mayGo = (entry: Entry): boolean => {
      const wait = entry.notBefore > now ? entry.notBefore - now : connection.takeOp();
      if (wait > 0) this.#pumpAfter(wait);
      return wait <= 0;
    };
    const entries = queue.take({ window: WINDOW_OPS, mayGo });
    const session = this.#session;
    // That an operation was tried must be known after a reload, before the server can know it.
    void queue.flush().then(() => {
      if (session !== this.#session) return;
      for (const entry of entries) if (entry.stage === "sent") this.#transmit(entry, session);
    });
  }

  #pumpAfter(ms: number): void {
    this.#cancelTimer = this.#settings.connection.clock.after(ms, () => {
      this.pump();
    });
  }

  #transmit(entry: Entry, session: object): void {
    const { project, connection, postOps } = this.#settings;
    const { op, data } = entry.op;
    const frame: ClientFrame = { type: "op", id: entry.id, project, op, data };
    if (frameBytes(frame) <= (this.#frameBytes ?? 0)) {
      connection.send(frame);
      return;
    }
    if (postOps === undefined) {
      const detail = `the change is larger than the ${this.#frameBytes ?? 0} bytes of a frame`;
      this.nack(entry.id, { code: "payload_too_large", detail, retryable: false });
      return;
    }
    const ops = entry.op.op === "batch" ? entry.op.data.ops : [{ id: entry.id, ...entry.op }];
    postOps(project, ops as (BatchedOp & { id: string })[]).then(
      ({ seq, results }) => {
        this.ack({ id: entry.id, seq, data: { results } });
      },
      (error: unknown) => {
        // Without an answer it is open whether it happened, and sending it again is safe.
        const unanswered = { code: "unavailable", detail: String(error), retryable: true };
        if (session === this.#session) this.nack(entry.id, error instanceof OpsRefused ? error.refusal : unanswered);
      },
    );
  }

  ack({ id, seq, data }: Omit<Ack, "type">): void {
    const entry = this.#settings.queue.get(id);
    if (entry === undefined) return;
    this.#settings.onAccepted(entry, seq, data);
    this.pump();
  }

  nack(id: string, refusal: Refusal): void {
    const { queue, connection, onRefused } = this.#settings;
    const entry = queue.get(id);
    if (entry?.stage !== "sent") return;
    if (refusal.code === "unauthenticated") {
      // The session ended, not the wish: after the next login it is sent again.
      this.close();
    } else if (refusal.retryable) {
      entry.stage = "waiting";
      const delay = (refusal.retryAfterMs ?? 1) + fullJitter(entry.attempt, connection.random);
      entry.notBefore = connection.clock.now() + delay;
      entry.attempt += 1;
    } else if (this.#undecidedBefore(entry)) {
      // It may have been refused only because something it needs has not happened yet.
      entry.stage = "waiting";
    } else {
      queue.remove(entry);
      onRefused(entry, refusal);
    }
    this.pump();
  }

  #undecidedBefore(entry: Entry): boolean {
    for (const earlier of this.#settings.queue.entries()) {
      if (earlier === entry) return false;
      if (earlier.stage !== "accepted") return true;
    }
    return false;
  }
}

const encoder = new TextEncoder();

export function frameBytes(frame: ClientFrame): number {
  return encoder.encode(JSON.stringify(frame)).length;
}
