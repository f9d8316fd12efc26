import { systemClock, type Clock } from "./clock.ts";
import { Emitter } from "./emitter.ts";
import { Bucket, fullJitter } from "./pace.ts";
import type {
  Ack,
  ClientFrame,
  Closing,
  Nack,
  NotificationFrame,
  Ready,
  RoomFrame,
  ServerFrame,
  UnreadFrame,
} from "./protocol.ts";

const SUBPROTOCOL = "nonlinear.v1";
/** From asking for a ticket to `ready`. */
const READY_MS_MAX = 15_000;
/** How long a socket may take to answer when the program wakes up. */
const WAKE_MS_MAX = 5_000;
/** A connection that lasted this long was a good one: the next delay starts small again. */
const STABLE_MS = 10_000;
const CLOSED_NORMALLY = 1000;
/** The session behind the connection has ended: logging in again helps. */
export const NOT_AUTHENTICATED = 4001;
const NO_LONGER_ALLOWED = 4003;
const GONE = 4004;
const TERMINAL = new Set([NOT_AUTHENTICATED, NO_LONGER_ALLOWED, GONE]);

/** Thrown by `ticket` when asking again is of no use: the user has to log in. */
export class NotAuthenticated extends Error {
  override readonly name = "NotAuthenticated";
}

export type ConnectionState =
  | { readonly status: "connecting" }
  | { readonly status: "live"; readonly ready: Ready }
  /** `retryInMs` is how long the next attempt was put off when this began; null when none is planned. */
  | { readonly status: "offline"; readonly retryInMs: number | null }
  /** The server will not have us back: 4001 not authenticated, 4003 not allowed, 4004 gone. */
  | { readonly status: "ended"; readonly code: number; readonly reason: string };

/** The part of a WebSocket that is used here; the browser's and that of `ws` fit. */
export interface Socket {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(text: string): void;
  close(code?: number): void;
}

export interface ConnectionOptions {
  /** Where the socket is: `wss://…/api/v1/ws`. */
  url: string;
  /** Gets a fresh ticket; the access token stays with the program. */
  ticket: () => Promise<string>;
  WebSocket?: new (url: string, protocol: string) => Socket;
  clock?: Clock;
  random?: () => number;
}

/** Whoever follows a project over the connection. */
export interface Room {
  readonly project: string;
  opened(ready: Ready): void;
  lost(): void;
  received(frame: RoomFrame | Ack | Nack): void;
}

/** One socket for any number of projects, made again whenever it breaks. */
export class Connection {
  readonly #options: Required<ConnectionOptions>;
  readonly #rooms = new Map<string, Room>();
  readonly #changed = new Emitter<ConnectionState>();
  readonly #notified = new Emitter<NotificationFrame>();
  readonly #counted = new Emitter<UnreadFrame>();
  #state: ConnectionState = { status: "offline", retryInMs: null };
  #socket: Socket | null = null;
  #closing: Closing | null = null;
  #attempt = 0;
  #liveSince = 0;
  #ops: Bucket | null = null;
  #cancelTimer: () => void = () => undefined;
  #heardAt = 0;
  /** The attempt or socket that counts; what earlier ones still say is not heard. */
  #current: object = {};

  constructor(options: ConnectionOptions) {
    const WebSocket = options.WebSocket ?? (globalThis as { WebSocket?: ConnectionOptions["WebSocket"] }).WebSocket;
    if (WebSocket === undefined) throw new TypeError("there is no WebSocket here: pass one");
    // A wrong address is a mistake, not a network that will come back.
    new URL(options.url);
    this.#options = {
      WebSocket,
      clock: systemClock,
      random: Math.random,
      ...options,
    };
  }

  readonly state = (): ConnectionState => this.#state;
  readonly onState = this.#changed.listen;
  readonly onNotification = this.#notified.listen;
  /** How much is unread on whichever device; null where it may have changed and has to be asked for. */
  readonly onUnread = this.#counted.listen;

  get clock(): Clock {
    return this.#options.clock;
  }

  get random(): () => number {
    return this.#options.random;
  }

  /** Connects, also after the end: once the user has logged in again, say. */
  start(): void {
    if (this.#state.status === "connecting" || this.#state.status === "live") return;
    this.#attempt = 0;
    this.#connect();
  }

  stop(): void {
    this.#drop();
    this.#become({ status: "offline", retryInMs: null });
  }

  /** For `online` events and pages that come back to the front: tries at once, or sees whether the socket lives. */
  wake(): void {
    if (this.#state.status === "live") this.#probe();
    else if (this.#state.status === "offline" && this.#state.retryInMs !== null) this.#connect();
  }

  #probe(): void {
    const [socket, heardAt] = [this.#current, this.#heardAt];
    this.send({ type: "ping" });
    this.clock.after(WAKE_MS_MAX, () => {
      if (this.#current === socket && this.#heardAt === heardAt) this.#lost(null);
    });
  }

  attach(room: Room): () => void {
    if (this.#rooms.has(room.project)) throw new Error(`the project ${room.project} is followed already`);
    this.#rooms.set(room.project, room);
    if (this.#state.status === "live") room.opened(this.#state.ready);
    return () => {
      if (this.#rooms.get(room.project) === room) this.#rooms.delete(room.project);
    };
  }

  /** What cannot be sent now is not sent later: who sends it hears of the next opening. */
  send(frame: ClientFrame): void {
    if (this.#state.status === "live") this.#socket?.send(JSON.stringify(frame));
  }

  /** Answers 0 when one more operation may be sent, or how many milliseconds to wait. */
  takeOp(): number {
    return this.#ops?.take() ?? 0;
  }

  #become(state: ConnectionState): void {
    const wasLive = this.#state.status === "live";
    this.#state = state;
    if (wasLive && state.status !== "live") for (const room of this.#rooms.values()) room.lost();
    this.#changed.emit(state);
  }

  #connect(): void {
    this.#drop();
    const { WebSocket, url, ticket, clock } = this.#options;
    const attempt = {};
    this.#current = attempt;
    this.#become({ status: "connecting" });
    if (this.#current !== attempt) return;
    this.#cancelTimer = clock.after(READY_MS_MAX, () => {
      this.#lost(null);
    });
    const open = (value: string) => {
      if (this.#current === attempt) this.#open(new WebSocket(url, SUBPROTOCOL), value, attempt);
    };
    ticket()
      .then(open)
      .catch((error: unknown) => {
        if (this.#current !== attempt) return;
        if (error instanceof NotAuthenticated) this.#end(NOT_AUTHENTICATED, error.message);
        else this.#lost(null);
      });
  }

  #open(socket: Socket, ticket: string, attempt: object): void {
    this.#socket = socket;
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: "auth", ticket } satisfies ClientFrame));
    };
    socket.onmessage = (event: { data: unknown }) => {
      if (this.#current === attempt && typeof event.data === "string") this.#hear(event.data);
    };
    socket.onclose = (event: { code: number; reason: string }) => {
      if (this.#current !== attempt) return;
      const code = this.#closing?.code ?? event.code;
      if (TERMINAL.has(code)) this.#end(code, this.#closing?.reason ?? event.reason);
      else this.#lost(this.#closing?.retryAfterMs ?? null);
    };
    // A close event follows every error.
    socket.onerror = () => undefined;
  }

  #hear(text: string): void {
    this.#heardAt = this.clock.now();
    const frame = JSON.parse(text) as ServerFrame;
    switch (frame.type) {
      case "ready":
        this.#live(frame);
        return;
      case "closing":
        this.#closing = frame;
        return;
      case "notification":
        this.#notified.emit(frame);
        return;
      case "notifications.count":
        this.#counted.emit(frame);
        return;
      case "pong":
        return;
      case "ack":
        this.#tellAll(frame);
        return;
      case "nack":
        if (frame.project === undefined) this.#tellAll(frame);
        else this.#rooms.get(frame.project)?.received(frame);
        return;
      default:
        this.#rooms.get(frame.project)?.received(frame);
    }
  }

  /** An acknowledgement names an operation only, and whose it is that room knows. */
  #tellAll(frame: Ack | Nack): void {
    for (const room of [...this.#rooms.values()]) room.received(frame);
  }

  #live(ready: Ready): void {
    this.#cancelTimer();
    this.#liveSince = this.clock.now();
    const { opsPerSecond, opsBurst } = ready.limits;
    this.#ops = opsPerSecond === null ? null : new Bucket(this.clock, opsPerSecond, opsBurst ?? opsPerSecond);
    this.#become({ status: "live", ready });
    for (const room of [...this.#rooms.values()]) room.opened(ready);
    this.#beat(ready.limits.pingMs, ready.limits.silenceMs);
  }

  /** Asks when it has been quiet, and gives up a socket that stays silent. */
  #beat(pingMs: number, silenceMs: number): void {
    const silent = this.clock.now() - this.#heardAt;
    if (silent >= silenceMs) {
      this.#lost(null);
      return;
    }
    if (silent >= pingMs) this.send({ type: "ping" });
    const nextAt = silent < pingMs ? pingMs - silent : Math.min(pingMs, silenceMs - silent);
    this.#cancelTimer = this.clock.after(nextAt, () => {
      this.#beat(pingMs, silenceMs);
    });
  }

  #lost(retryAfterMs: number | null): void {
    const stable = this.#state.status === "live" && this.clock.now() - this.#liveSince >= STABLE_MS;
    if (stable) this.#attempt = 0;
    const delay = (retryAfterMs ?? 0) + fullJitter(this.#attempt, this.random);
    this.#attempt += 1;
    this.#drop();
    this.#become({ status: "offline", retryInMs: delay });
    // A listener may have stopped or started the connection meanwhile.
    if (this.#state.status !== "offline" || this.#state.retryInMs !== delay) return;
    this.#cancelTimer = this.clock.after(delay, () => {
      this.#connect();
    });
  }

  #end(code: number, reason: string): void {
    this.#drop();
    this.#become({ status: "ended", code, reason });
  }

  #drop(): void {
    this.#cancelTimer();
    this.#cancelTimer = () => undefined;
    this.#socket?.close(CLOSED_NORMALLY);
    this.#socket = null;
    this.#closing = null;
    this.#current = {};
  }
}
