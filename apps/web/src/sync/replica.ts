import { applyEvent, applyStaleness } from "./apply.ts";
import { Emitter } from "./emitter.ts";
import { Graph, Overlay } from "./graph.ts";
import { predict } from "./predict.ts";
import type { EventBody, EventView, NodeView, Rights, Snapshot } from "./protocol.ts";
import type { Entry, OpQueue } from "./queue.ts";
import { View, type CanvasGraph, type Changes } from "./view.ts";

/** A copy of a project: what the server confirmed, and on top of it what is still in the queue. */
export class Replica {
  readonly #user: string;
  readonly #changed = new Emitter<Changes>();
  #confirmed: Graph | null = null;
  #overlay: Overlay | null = null;
  #view: View | null = null;
  #epoch = "";
  #seq = 0;

  constructor(user: string) {
    this.#user = user;
  }

  readonly onChange = this.#changed.listen;

  get seq(): number {
    return this.#seq;
  }

  graph(): CanvasGraph | null {
    return this.#view?.graph() ?? null;
  }

  node(id: string): NodeView | undefined {
    return this.#view?.node(id);
  }

  /** Also of a node that is in the trash, whose text can be written as soon as it is asked back. */
  confirmedVersion(node: string): number | undefined {
    const { nodes, trash } = this.#confirmed ?? {};
    return (nodes?.get(node) ?? trash?.get(node)?.node)?.version;
  }

  endsOf(edge: string): readonly string[] {
    const known = this.#view?.edge(edge);
    return known === undefined ? [] : [known.sourceId, known.targetId];
  }

  /** From where on events are missing; nothing when everything is. */
  resumePoint(): { epoch: string; since: number } | undefined {
    return this.#confirmed === null ? undefined : { epoch: this.#epoch, since: this.#seq };
  }

  /** True when the numbers of before mean nothing any more. */
  take({ epoch, seq, graph }: Snapshot): boolean {
    const anew = this.#confirmed !== null && epoch !== this.#epoch;
    if (this.#confirmed === null) this.#confirmed = new Graph(graph);
    else this.#confirmed.replace(graph);
    this.#view ??= new View(graph.project);
    this.#epoch = epoch;
    this.#seq = seq;
    return anew;
  }

  /** What the user may do is said when the project is joined. */
  allow(rights: Rights | undefined): void {
    if (this.#confirmed !== null) this.#confirmed.rights = rights ?? [];
  }

  /** False when the event cannot follow on what is here. */
  apply(event: EventView): boolean {
    const graph = this.#confirmed;
    if (graph === null || event.seq !== this.#seq + 1) return false;
    if (!applyEvent(graph, event as unknown as EventBody, event.at)) return false;
    applyStaleness(graph, event);
    this.#seq = event.seq;
    // The snapshot says the reader's own role with the project, events say it of the member.
    const role = graph.members.get(this.#user)?.role;
    if (role !== undefined && role !== graph.project.role) graph.project = { ...graph.project, role };
    return true;
  }

  /** Puts an operation on top of those that are there. */
  extend(entry: Entry): void {
    if (this.#overlay === null) return;
    put(this.#overlay, entry);
    this.#show();
  }

  /** Takes in what was confirmed. The queue is put on top again only where that can make a difference. */
  refresh(queue: OpQueue, queueChanged: boolean): void {
    if (this.#confirmed === null) return;
    if (this.#overlay === null || queueChanged || this.#overlay.isDisturbed()) {
      this.#overlay = new Overlay(this.#confirmed);
      for (const entry of queue.entries()) put(this.#overlay, entry);
    }
    this.#show();
  }

  #show(): void {
    if (this.#confirmed === null || this.#overlay === null) return;
    const changes = this.#view?.update(this.#confirmed, this.#overlay) ?? null;
    if (changes !== null) this.#changed.emit(changes);
  }
}

function put(overlay: Overlay, { id, op, about, at }: Entry): void {
  for (const thing of about) overlay.about.add(thing);
  predict(overlay, id, op, at);
}
