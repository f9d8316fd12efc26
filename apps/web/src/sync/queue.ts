import { mergedMove, named, textBase, textVersions, touches, withBases, type Named } from "./ops.ts";
import type { Op } from "./protocol.ts";
import type { OpStore, StoredOp } from "./store.ts";
import { timeOf } from "./uuid.ts";

export const QUEUE_OPS_MAX = 10_000;

export class QueueFull extends Error {
  constructor() {
    super(`${QUEUE_OPS_MAX} changes wait for the server already`);
    this.name = "QueueFull";
  }
}

/** An operation on its way. Decided ones stay until their event has been applied. */
export interface Entry extends Named {
  op: Op;
  readonly about: readonly string[];
  readonly place: number;
  /** When it was made. */
  readonly at: string;
  tried: boolean;
  stage: "waiting" | "sent" | "accepted";
  /** The number under which it happened, once accepted. */
  seq: number | null;
  /** What versions the nodes whose text it wrote have since then. */
  versions: ReadonlyMap<string, number>;
  attempt: number;
  notBefore: number;
}

/** What the queue must know of the project. */
export interface Known {
  /** The version of a node that the server has confirmed. */
  confirmedVersion(node: string): number | undefined;
  endsOf(edge: string): readonly string[];
}

interface Settings {
  store: OpStore;
  room: string;
  owner: string;
  newId: () => string;
  /** The queue goes on in memory when the device cannot keep it. */
  onStoreError: (error: unknown) => void;
}

/** The operations that are not confirmed yet, in order, kept on the device. */
export class OpQueue {
  readonly #settings: Settings;
  readonly #entries = new Map<string, Entry>();
  readonly #toPut = new Set<string>();
  readonly #toRemove = new Set<string>();
  #writing: Promise<void> = Promise.resolve();
  #nextPlace = 0;
  #last: Entry | null = null;

  constructor(settings: Settings, stored: readonly StoredOp[]) {
    this.#settings = settings;
    for (const entry of stored) {
      const { id, place } = entry;
      this.#entries.set(id, newEntry(entry));
      this.#nextPlace = Math.max(this.#nextPlace, place + 1);
    }
  }

  entries(): IterableIterator<Entry> {
    return this.#entries.values();
  }

  get(id: string): Entry | undefined {
    return this.#entries.get(id);
  }

  get length(): number {
    return this.#entries.size;
  }

  /** A move may become part of one that waits already; then nothing is added. */
  add(wanted: Op, known: Known): { entry: Entry; isNew: boolean } {
    const last = this.#last;
    const open = last !== null && !last.tried && this.#entries.has(last.id);
    const merged = open ? mergedMove(last.op, wanted) : undefined;
    if (open && merged !== undefined) {
      last.op = merged;
      this.#toPut.add(last.id);
      return { entry: last, isNew: false };
    }
    if (this.#entries.size >= QUEUE_OPS_MAX) throw new QueueFull();
    const { id, op } = named(wanted, this.#settings.newId);
    if (this.#entries.has(id)) throw new Error(`an operation with the id ${id} is queued already`);
    const based = withBases(op, (data) => data.baseVersion ?? this.#base(data.id) ?? known.confirmedVersion(data.id));
    const about = touches({ id, op }, (edge) => known.endsOf(edge));
    const entry = newEntry({ id, op: based, about, place: this.#nextPlace, tried: false });
    this.#nextPlace += 1;
    this.#entries.set(id, entry);
    this.#last = entry;
    this.#toPut.add(id);
    return { entry, isNew: true };
  }

  /** Text goes on top of what the queue itself writes last. */
  #base(node: string): number | undefined {
    let base: number | undefined;
    for (const entry of this.#entries.values()) base = entry.versions.get(node) ?? textBase(entry, node) ?? base;
    return base;
  }

  /** The server has made it happen under `seq`; `data` is its event's. */
  accepted(entry: Entry, seq: number, data: object | undefined): void {
    if (entry.stage === "accepted") return;
    entry.stage = "accepted";
    entry.seq = seq;
    entry.versions = textVersions(entry, data);
    this.#forget(entry.id);
    this.#rebaseText(entry.versions, entry);
  }

  /** Later text was written on top of this, so it has seen everything up to its version. */
  #rebaseText(versions: ReadonlyMap<string, number>, entry: Entry): void {
    let after = false;
    for (const later of versions.size === 0 ? [] : this.#entries.values()) {
      const writes = [...versions.keys()].some((node) => textBase(later, node) !== undefined);
      if (after && writes && !later.tried) {
        later.op = withBases(later.op, (data) => versions.get(data.id));
        this.#toPut.add(later.id);
      }
      after ||= later === entry;
    }
  }

  remove(entry: Entry): void {
    this.#entries.delete(entry.id);
    this.#forget(entry.id);
  }

  /** Lets go of accepted operations whose events have been applied, or of all of them. */
  settle(seq: number): boolean {
    let changed = false;
    for (const entry of this.#entries.values()) {
      if (entry.seq === null || entry.seq > seq) continue;
      this.#entries.delete(entry.id);
      changed = true;
    }
    return changed;
  }

  /** The connection broke: whatever was sent may have happened or not, and is sent again. */
  unsend(): void {
    for (const entry of this.#entries.values()) {
      if (entry.stage === "sent") entry.stage = "waiting";
      entry.notBefore = 0;
      entry.attempt = 0;
    }
  }

  #forget(id: string): void {
    this.#toPut.delete(id);
    this.#toRemove.add(id);
  }

  /** Writes what changed to the device; writes follow each other. */
  flush(): Promise<void> {
    if (this.#toPut.size === 0 && this.#toRemove.size === 0) return this.#writing;
    const put = [...this.#toPut].flatMap((id) => this.#stored(id));
    const remove = [...this.#toRemove];
    this.#toPut.clear();
    this.#toRemove.clear();
    const { store, onStoreError } = this.#settings;
    this.#writing = this.#writing.then(() => store.write(put, remove)).catch(onStoreError);
    return this.#writing;
  }

  #stored(id: string): StoredOp[] {
    const entry = this.#entries.get(id);
    if (entry === undefined) return [];
    const { room, owner } = this.#settings;
    const { op, about, place, tried } = entry;
    return [{ id, room, owner, place, op, about, tried }];
  }

  /** The next operations to send, in order; they count as sent. */
  take(rule: TakeRule): Entry[] {
    const taken: Entry[] = [];
    const underway = new Set<string>();
    let count = 0;
    for (const entry of this.#entries.values()) {
      if (entry.stage === "accepted") continue;
      if (entry.stage === "waiting") {
        const blocked = count >= rule.window || entry.about.some((thing) => underway.has(thing));
        if (blocked || !rule.mayGo(entry)) break;
        entry.stage = "sent";
        entry.tried = true;
        this.#toPut.add(entry.id);
        taken.push(entry);
      }
      for (const thing of entry.about) underway.add(thing);
      count += 1;
    }
    return taken;
  }
}

interface TakeRule {
  window: number;
  mayGo: (entry: Entry) => boolean;
}

function newEntry({ id, op, about, place, tried }: Omit<StoredOp, "room" | "owner">): Entry {
  return {
    id,
    op,
    about,
    place,
    at: timeOf(id),
    tried,
    stage: "waiting",
    seq: null,
    versions: new Map(),
    attempt: 0,
    notBefore: 0,
  };
}
