import type { Clock } from "./clock.ts";
import { Emitter } from "./emitter.ts";
import type { PeerFrame, PresenceFields, PresenceFrame } from "./protocol.ts";

/** Twenty a second are as many as the server passes on. */
const SEND_MS_MIN = 50;
/** Of a larger selection the others see the beginning. */
const SELECTION_IDS_MAX = 200;

/** Somebody else who has the project open, once for each of their sockets. */
export interface Peer {
  readonly s: number;
  readonly userId: string;
  readonly name: string;
  readonly color: string;
  readonly cursor: NonNullable<PeerFrame["cursor"]> | null;
  readonly selection: readonly string[];
  readonly editing: string | null;
  /** The part of the canvas that is on their screen. */
  readonly view: NonNullable<PeerFrame["view"]> | null;
  /** The line that they are typing. */
  readonly typing: string | null;
}

/** Who is there, and what they are told about us. Nothing here survives, and nothing has to. */
export class Presence {
  readonly #clock: Clock;
  readonly #send: (fields: PresenceFields) => void;
  readonly #changed = new Emitter<undefined>();
  #peers: ReadonlyMap<number, Peer> = new Map();
  /** Our own socket's number; null while there is nobody to tell. */
  #self: number | null = null;
  #own: PresenceFields = {};
  #unsent: PresenceFields = {};
  #mayNotSend = false;
  #cancelTimer: () => void = () => undefined;

  constructor(clock: Clock, send: (fields: PresenceFields) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  /** The same map as long as nobody moved. */
  readonly peers = (): ReadonlyMap<number, Peer> => this.#peers;
  readonly onChange = this.#changed.listen;

  /** Tells the others; of what changes faster than they can hear it, the latest. */
  set(wanted: PresenceFields): void {
    const selection = wanted.selection?.slice(0, SELECTION_IDS_MAX);
    const fields = { ...wanted, ...(selection && { selection }) };
    this.#own = { ...this.#own, ...fields };
    this.#unsent = { ...this.#unsent, ...fields };
    this.#flush();
  }

  #flush(): void {
    if (this.#self === null || this.#mayNotSend || Object.keys(this.#unsent).length === 0) return;
    this.#send(this.#unsent);
    this.#unsent = {};
    this.#mayNotSend = true;
    this.#cancelTimer = this.#clock.after(SEND_MS_MIN, () => {
      this.#mayNotSend = false;
      this.#flush();
    });
  }

  /** Joined: `list` is everybody, and they have to hear everything about us again. */
  open(self: number, list: readonly PeerFrame[]): void {
    this.#self = self;
    this.#replace(list);
    this.#unsent = this.#own;
    this.#flush();
  }

  close(): void {
    this.#self = null;
    this.#cancelTimer();
    this.#mayNotSend = false;
    if (this.#peers.size > 0) this.#replace([]);
  }

  apply({ peers, left, full }: PresenceFrame): void {
    if (full === true) {
      this.#replace(peers);
      return;
    }
    const next = new Map(this.#peers);
    for (const s of left) next.delete(s);
    this.#merge(next, peers);
  }

  #replace(list: readonly PeerFrame[]): void {
    this.#merge(new Map(), list);
  }

  #merge(next: Map<number, Peer>, frames: readonly PeerFrame[]): void {
    for (const frame of frames) {
      if (frame.s !== this.#self) next.set(frame.s, merged(next.get(frame.s), frame));
    }
    this.#peers = next;
    this.#changed.emit(undefined);
  }
}

/** Fields that are absent stay; null clears one. */
function merged(before: Peer | undefined, frame: PeerFrame): Peer {
  const { s, u, name, color, cursor, selection, editing, view, typing } = frame;
  return {
    s,
    userId: u ?? before?.userId ?? "",
    name: name ?? before?.name ?? "",
    color: color ?? before?.color ?? "",
    cursor: cursor === undefined ? (before?.cursor ?? null) : cursor,
    selection: selection ?? before?.selection ?? [],
    editing: editing === undefined ? (before?.editing ?? null) : editing,
    view: view === undefined ? (before?.view ?? null) : view,
    typing: typing === undefined ? (before?.typing ?? null) : typing,
  };
}
