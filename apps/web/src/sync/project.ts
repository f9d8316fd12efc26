import { changesRole } from "./apply.ts";
import type { Connection, Room } from "./connection.ts";
import { Emitter } from "./emitter.ts";
import { Generations } from "./generations.ts";
import { Outcomes, type Outcome } from "./outcomes.ts";
import { fullJitter } from "./pace.ts";
import { Presence } from "./presence.ts";
import type {
  Ack,
  BatchedOp,
  EventBody,
  EventView,
  Nack,
  NodeView,
  Op,
  Ops,
  Ready,
  RoomFrame,
  Snapshot,
  Tail,
} from "./protocol.ts";
import type { Entry, OpQueue } from "./queue.ts";
import { Replica } from "./replica.ts";
import { Sender, type PostOps, type Refusal } from "./sender.ts";
import type { CanvasGraph } from "./view.ts";

export interface ProjectState {
  readonly status: "connecting" | "live" | "offline" | "ended";
  /** How many operations the server has not confirmed. */
  readonly pending: number;
  /** Why it ended. */
  readonly reason?: string;
}

export interface Submitted {
  /** The id of the operation, and of the node or edge that it makes. */
  readonly id: string;
  /** What came of it, once the server has decided. It never rejects. */
  readonly settled: Promise<Outcome>;
}

/** A change as it was submitted, and what it was submitted to. */
export interface Submission {
  readonly id: string;
  readonly op: Op;
  /** The graph without the change; null before the first snapshot. */
  readonly before: CanvasGraph | null;
}

export interface Refused {
  readonly id: string;
  readonly op: Op;
  readonly refusal: Refusal;
}

interface Parts {
  connection: Connection;
  user: string;
  project: string;
  queue: OpQueue;
  postOps: PostOps | undefined;
  /** Lets another tab take over the queue. */
  release: () => void;
}

type Stage = { is: "away" } | { is: "joining" } | { is: "joined" } | { is: "ended"; reason: string };
type ResumePoint = { epoch: string; since: number } | undefined;

/** The server looks for what it lacks itself about once a second. */
const TEXT_MS_MAX = 3_000;

/** One project as one user works on it: followed, changed at once, sent when it can be. */
export class ProjectSync implements Room {
  readonly project: string;
  readonly presence: Presence;
  readonly generations = new Generations();
  readonly user: string;
  readonly #connection: Connection;
  readonly #queue: OpQueue;
  readonly #sender: Sender;
  readonly #replica: Replica;
  readonly #stateChanged = new Emitter<ProjectState>();
  readonly #submitted = new Emitter<Submission>();
  readonly #refused = new Emitter<Refused>();
  readonly #happened = new Emitter<EventView>();
  readonly #outcomes = new Outcomes();
  readonly #detach: (() => void)[];
  #stage: Stage = { is: "away" };
  #state: ProjectState;
  #ready: Ready | null = null;
  #rejoins = 0;
  #awaitsText = false;
  #cancelJoin: () => void = () => undefined;

  /** `openProject` makes one. */
  constructor({ connection, user, project, queue, postOps, release }: Parts) {
    this.project = project;
    this.user = user;
    this.#connection = connection;
    this.#queue = queue;
    this.#replica = new Replica(user);
    this.#state = this.#describe();
    this.presence = new Presence(connection.clock, (fields) => {
      connection.send({ type: "presence", project, ...fields });
    });
    this.#sender = new Sender({
      project,
      queue,
      postOps,
      connection,
      onAccepted: (entry, seq, data) => {
        this.#accepted(entry, seq, data);
        this.#settle();
      },
      onRefused: (entry, refusal) => {
        this.#outcomes.decide(entry.id, { ok: false, refusal });
        this.#settle(true);
        this.#refused.emit({ id: entry.id, op: entry.op, refusal });
      },
    });
    const refresh = () => {
      this.#refreshState();
    };
    this.#detach = [connection.onState(refresh), connection.attach(this), release];
  }

  /** Nothing before the first snapshot; then the same object as long as nothing changes. */
  readonly graph = (): CanvasGraph | null => this.#replica.graph();
  readonly node = (id: string): NodeView | undefined => this.#replica.node(id);
  readonly state = (): ProjectState => this.#state;
  /** Says which nodes, edges and members changed. */
  readonly onChange: Replica["onChange"] = (listener) => this.#replica.onChange(listener);
  readonly onState = this.#stateChanged.listen;
  /** Changes of this page, before they show. */
  readonly onSubmit = this.#submitted.listen;
  /** Operations that the server refused, and whose effect is gone again. */
  readonly onRefused = this.#refused.listen;
  /** Each event once this copy holds it: for what happens in the project and is no part of its graph. */
  readonly onEvent = this.#happened.listen;

  /** The number of the last change that the server confirmed and this copy holds. */
  get seq(): number {
    return this.#replica.seq;
  }

  /** Shows the change at once and sends it when it can. Throws `QueueFull` when too much waits already. */
  submit<K extends keyof Ops>(op: K, data: Ops[K]): Submitted {
    return this.#submit({ op, data } as Op);
  }

  /** Several changes, all of them or none. */
  submitBatch(ops: BatchedOp[]): Submitted {
    return this.#submit({ op: "batch", data: { ops } });
  }

  #submit(op: Op): Submitted {
    const { entry, isNew } = this.#queue.add(op, this.#replica);
    const { id } = entry;
    const settled = this.#outcomes.of(id);
    this.#submitted.emit({ id, op: entry.op, before: this.#replica.graph() });
    if (isNew) this.#replica.extend(entry);
    else this.#replica.refresh(this.#queue, true);
    this.#refreshState();
    this.#sender.pump();
    return { id, settled };
  }

  /** Leaves the project. What the server has not confirmed stays on the device. */
  async close(): Promise<void> {
    this.#connection.send({ type: "unsubscribe", project: this.project });
    this.#end("closed");
    await this.#queue.flush();
    for (const detach of this.#detach) detach();
  }

  opened(ready: Ready): void {
    this.#ready = ready;
    this.#rejoins = 0;
    if (this.#stage.is === "ended") return;
    // The queue of one user must not be sent in the name of another.
    if (ready.userId === this.user) this.#join(this.#replica.resumePoint());
    else this.#end("another user is logged in");
  }

  lost(): void {
    if (this.#stage.is !== "ended") this.#leave({ is: "away" });
  }

  received(frame: RoomFrame | Ack | Nack): void {
    switch (frame.type) {
      case "ack":
        this.#sender.ack(frame);
        return;
      case "nack":
        if (frame.id !== null) this.#sender.nack(frame.id, frame);
        else if (this.#stage.is === "joining") this.#notJoined(frame);
        return;
      case "unsubscribed":
        if (frame.code !== undefined) this.#end(frame.reason ?? `${frame.code}`);
        else if (this.#stage.is === "joined") this.#joinLater(this.#replica.resumePoint());
        return;
      case "snapshot":
        // One that was not asked for comes when this user may see more or less than before.
        if (this.#stage.is === "joining" || this.#stage.is === "joined") this.#answered(frame);
        return;
      case "tail":
        if (this.#stage.is === "joining") this.#answered(frame);
        return;
      case "events":
        if (this.#stage.is === "joined") this.#heard(frame.events);
        return;
      case "presence":
        if (this.#stage.is === "joined") this.presence.apply(frame);
        return;
      case "delta":
        if (this.#stage.is === "joined" && !this.generations.apply(frame)) this.#awaitText();
    }
  }

  /** What is missing of an answer comes in one piece with the next, if the room knows of it. */
  #awaitText(): void {
    if (this.#awaitsText) return;
    this.#awaitsText = true;
    this.#connection.clock.after(TEXT_MS_MAX, () => {
      this.#awaitsText = false;
      if (this.#stage.is === "joined" && this.generations.isBehind) this.#joinLater(this.#replica.resumePoint());
    });
  }

  #join(from: ResumePoint): void {
    this.#stage = { is: "joining" };
    this.#refreshState();
    this.#connection.send({ type: "subscribe", project: this.project, ...from });
  }

  /** Joins again on the same socket: at once at first, then with growing delays. */
  #joinLater(from: ResumePoint, atLeastMs = 0): void {
    const delay = atLeastMs + (this.#rejoins === 0 ? 0 : fullJitter(this.#rejoins, this.#connection.random));
    this.#rejoins += 1;
    this.#stage = { is: "away" };
    this.#refreshState();
    this.#cancelJoin();
    this.#cancelJoin = this.#connection.clock.after(delay, () => {
      this.#join(from);
    });
  }

  #notJoined(nack: Nack): void {
    if (nack.retryable) this.#joinLater(this.#replica.resumePoint(), nack.retryAfterMs);
    // When the session has ended the connection ends, too.
    else if (nack.code !== "unauthenticated") this.#end(nack.code);
  }

  #end(reason: string): void {
    this.#leave({ is: "ended", reason });
  }

  #leave(stage: Stage): void {
    this.#stage = stage;
    this.#cancelJoin();
    this.#sender.close();
    this.presence.close();
    this.#refreshState();
  }

  #answered(frame: Snapshot | Tail): void {
    const ready = this.#ready;
    if (ready === null) return;
    if (frame.type === "snapshot") {
      // Where numbers begin anew the snapshot holds what was kept, accepted or not.
      if (this.#replica.take(frame)) this.#queue.settle(Infinity);
    } else if (!this.#continues(frame) || !frame.events.every((event) => this.#apply(event))) {
      this.#joinLater(undefined);
      return;
    } else this.#replica.allow(frame.rights);
    this.#stage = { is: "joined" };
    this.presence.open(ready.s, frame.presence);
    this.generations.replace(frame.generations);
    this.#settle(true);
    this.#sender.open(ready.limits.frameBytes);
  }

  #continues({ epoch, from }: Tail): boolean {
    const here = this.#replica.resumePoint();
    return here?.epoch === epoch && here.since === from;
  }

  #heard(events: readonly EventView[]): void {
    let hasNewRole = false;
    for (const event of events) {
      if (event.seq <= this.#replica.seq) continue;
      const next = event.seq === this.#replica.seq + 1;
      if (next && this.#apply(event)) {
        hasNewRole ||= changesRole(event as unknown as EventBody, this.user);
        continue;
      }
      // A gap is filled; an event that makes no sense here needs a fresh start.
      this.#joinLater(next ? undefined : this.#replica.resumePoint());
      break;
    }
    // Which rights come with another role the server knows, and says it to whoever joins.
    if (hasNewRole && this.#stage.is === "joined") this.#join(this.#replica.resumePoint());
    this.#settle();
    this.#sender.pump();
  }

  #apply(event: EventView): boolean {
    if (!this.#replica.apply(event)) return false;
    this.generations.follow(event);
    this.#happened.emit(event);
    const entry = event.opId === null ? undefined : this.#queue.get(event.opId);
    if (entry !== undefined && event.actor.id === this.user) this.#accepted(entry, event.seq, event.data);
    return true;
  }

  #accepted(entry: Entry, seq: number, data: object | undefined): void {
    this.#queue.accepted(entry, seq, data);
    this.#outcomes.decide(entry.id, { ok: true, seq });
  }

  /** Lets go of what has been applied, and shows what became of it. */
  #settle(queueChanged = false): void {
    const settled = this.#queue.settle(this.#replica.seq);
    this.#replica.refresh(this.#queue, queueChanged || settled);
    this.#refreshState();
  }

  #refreshState(): void {
    const next = this.#describe();
    const { status, pending, reason } = this.#state;
    if (next.status === status && next.pending === pending && next.reason === reason) return;
    this.#state = next;
    this.#stateChanged.emit(next);
  }

  #describe(): ProjectState {
    const pending = this.#queue.length;
    const connection = this.#connection.state();
    if (this.#stage.is === "ended") return { status: "ended", pending, reason: this.#stage.reason };
    if (connection.status === "ended") return { status: "ended", pending, reason: connection.reason };
    if (connection.status === "live" && this.#stage.is !== "joined") return { status: "connecting", pending };
    return { status: connection.status, pending };
  }
}
