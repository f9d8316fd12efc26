import { isDeepStrictEqual } from "node:util";

import type {
  Ack,
  BatchedOp,
  EdgeView,
  EventView,
  GraphView,
  Nack,
  NodeView,
  Ops,
  SingleOp,
} from "../../../src/sync/index.ts";
import { EPOCH, node, snapshot } from "./bench.ts";

type Answer = Omit<Ack, "type"> | Omit<Nack, "type">;

class Refused extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

interface Graph {
  nodes: Map<string, { view: NodeView; textVersion: number }>;
  trash: Map<string, { view: NodeView; textVersion: number; edges: EdgeView[] }>;
  edges: Map<string, EdgeView>;
}

/** The server's rules for one project, in memory and written down independently of the library. */
export class ModelServer {
  readonly log: EventView[] = [];
  /** Operations that found everything as they wanted it. */
  readonly unchanged = new Set<string>();
  #graph: Graph = { nodes: new Map(), trash: new Map(), edges: new Map() };
  readonly #done = new Map<string, { asked: SingleOp | { op: "batch"; data: object }; answer: Answer }>();

  get seq(): number {
    return this.log.length + 1;
  }

  tail(since: number): EventView[] {
    return this.log.slice(since - 1);
  }

  graph(): GraphView {
    const { project, members } = snapshot().graph;
    const nodes = [...this.#graph.nodes.values()].map(({ view }) => view);
    return { project, epoch: EPOCH, seq: this.seq, nodes, edges: [...this.#graph.edges.values()], members };
  }

  ask(user: string, id: string, op: string, data: object): Answer {
    const asked = { op, data } as SingleOp;
    const before = this.#done.get(id);
    if (before !== undefined) {
      if (isDeepStrictEqual(before.asked, asked)) return before.answer;
      throw new Error(`the id ${id} was used again with other data`);
    }
    const saved = structuredClone(this.#graph);
    try {
      const happened = op === "batch" ? this.#batch(data as { ops: BatchedOp[] }) : this.#carryOut(id, asked);
      if (happened === null) {
        this.unchanged.add(id);
        return { id, seq: this.seq };
      }
      const seq = this.seq + 1;
      this.log.push({ seq, op, data: happened, actor: { kind: "USER", id: user, name: user }, opId: id, at: "" });
      const results =
        op === "batch" ? { results: (happened as { ops: { data: object }[] }).ops.map((one) => one.data) } : happened;
      const answer = { id, seq, data: results };
      this.#done.set(id, { asked, answer });
      return answer;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.#graph = saved;
      return { id, code: error.code, detail: "", retryable: false };
    }
  }

  #batch({ ops }: { ops: BatchedOp[] }): object {
    const happened = ops.map((op) => ({ op: op.op, data: this.#carryOut(op.id ?? "", op) }));
    return { ops: happened.filter(({ data }) => data !== null) };
  }

  /** The event's data, or null where everything is so already. */
  #carryOut(id: string, { op, data }: SingleOp): object | null {
    switch (op) {
      case "node.create": {
        const { parentIds: _parents, ...said } = data;
        const view = node(id, said as Partial<NodeView>);
        this.#graph.nodes.set(id, { view, textVersion: 1 });
        return { ...view, edges: [] };
      }
      case "node.update":
        return this.#update(data);
      case "node.move":
        return { positions: data.positions.map((position) => this.#move(position)) };
      case "node.delete": {
        const kept = this.#node(data.id);
        const edges = [...this.#graph.edges.values()].filter(
          (edge) => edge.sourceId === data.id || edge.targetId === data.id,
        );
        for (const edge of edges) this.#graph.edges.delete(edge.id);
        this.#graph.nodes.delete(data.id);
        const view = { ...kept.view, version: kept.view.version + 1 };
        this.#graph.trash.set(data.id, { ...kept, view, edges });
        return { id: data.id };
      }
      case "node.restore":
        return this.#restore(data.id);
      case "edge.create":
        return this.#connect(id, data);
      case "edge.update": {
        const edge = this.#edge(data.id);
        const changed = { ...edge, policy: data.policy, version: edge.version + 1 };
        this.#graph.edges.set(edge.id, changed);
        return { id: edge.id, policy: changed.policy, version: changed.version };
      }
      case "edge.delete":
        this.#graph.edges.delete(this.#edge(data.id).id);
        return { id: data.id };
      default:
        throw new Error(`the model does not know ${op}`);
    }
  }

  #update({ id, baseVersion, settings: _, attachments: _files, ...fields }: Ops["node.update"]): object | null {
    const { view, textVersion } = this.#node(id);
    if (baseVersion === undefined) throw new Error("text without a base");
    if (baseVersion < textVersion || baseVersion > view.version) throw new Refused("version_mismatch");
    if (fields.prompt === view.prompt) return null;
    const version = view.version + 1;
    this.#graph.nodes.set(id, { view: { ...view, ...fields, version }, textVersion: version });
    return { id, ...fields, version };
  }

  #move({ id, x, y }: Ops["node.move"]["positions"][number]): object {
    const { view, textVersion } = this.#node(id);
    const version = view.version + 1;
    this.#graph.nodes.set(id, { view: { ...view, position: { x, y }, version }, textVersion });
    return { id, x, y, version };
  }

  #restore(id: string): object | null {
    if (this.#graph.nodes.has(id)) return null;
    const kept = this.#graph.trash.get(id);
    if (kept === undefined) throw new Refused("gone");
    const living = (end: string) => end === id || this.#graph.nodes.has(end);
    const edges = kept.edges.filter((edge) => living(edge.sourceId) && living(edge.targetId));
    for (const edge of edges) {
      if (this.#reaches(edge.targetId, edge.sourceId)) throw new Refused("cycle");
      this.#graph.edges.set(edge.id, edge);
    }
    const view = { ...kept.view, version: kept.view.version + 1 };
    this.#graph.nodes.set(id, { view, textVersion: kept.textVersion });
    this.#graph.trash.delete(id);
    return { id, node: view, edges };
  }

  #connect(id: string, { sourceId, targetId, policy = "FULL" }: Ops["edge.create"]): object | null {
    this.#node(sourceId);
    this.#node(targetId);
    if ([...this.#graph.edges.values()].some((edge) => edge.sourceId === sourceId && edge.targetId === targetId))
      return null;
    if (this.#reaches(targetId, sourceId)) throw new Refused("cycle");
    const edge: EdgeView = { id, sourceId, targetId, policy, version: 1, createdAt: "" };
    this.#graph.edges.set(id, edge);
    return edge;
  }

  #reaches(from: string, to: string): boolean {
    if (from === to) return true;
    return [...this.#graph.edges.values()].some((edge) => edge.sourceId === from && this.#reaches(edge.targetId, to));
  }

  #node(id: string) {
    const found = this.#graph.nodes.get(id);
    if (found === undefined) throw new Refused("gone");
    return found;
  }

  #edge(id: string): EdgeView {
    const found = this.#graph.edges.get(id);
    if (found === undefined) throw new Refused("gone");
    return found;
  }
}
