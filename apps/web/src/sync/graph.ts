import type { EdgeView, GraphView, MemberView, NodeView, ProjectView, Rights } from "./protocol.ts";

/** Things by id. */
export interface Table<T> {
  get(id: string): T | undefined;
  set(id: string, value: T): void;
  delete(id: string): void;
}

export interface EdgeTable extends Table<EdgeView> {
  /** The edges that begin or end at a node. */
  at(node: string): EdgeView[];
}

/** A node that was deleted, with the edges that went with it. */
export interface Buried {
  readonly node: NodeView;
  readonly edges: readonly EdgeView[];
}

/** How many deleted nodes are remembered, so that bringing one back shows at once. */
const BURIED_MAX = 500;

/** Deleted nodes by id; the oldest are forgotten first. */
export class Trash {
  readonly #buried = new Map<string, Buried>();
  readonly #below: Trash | null;

  constructor(below: Trash | null = null) {
    this.#below = below;
  }

  get(id: string): Buried | undefined {
    return this.#buried.get(id) ?? this.#below?.get(id);
  }

  bury(node: NodeView, edges: readonly EdgeView[]): void {
    this.#buried.set(node.id, { node, edges });
    const [oldest] = this.#buried.keys();
    if (this.#buried.size > BURIED_MAX && oldest !== undefined) this.#buried.delete(oldest);
  }
}

/** What events change: the confirmed graph, or the layer of what is not confirmed yet. */
export interface State {
  project: ProjectView;
  readonly nodes: Table<NodeView>;
  readonly edges: EdgeTable;
  readonly members: Table<MemberView>;
  readonly trash: Trash;
}

/** A table that remembers which ids were touched since somebody asked. */
export class Confirmed<T> implements Table<T> {
  readonly map = new Map<string, T>();
  readonly touched = new Set<string>();

  get(id: string): T | undefined {
    return this.map.get(id);
  }

  set(id: string, value: T): void {
    this.map.set(id, value);
    this.touched.add(id);
  }

  delete(id: string): void {
    this.map.delete(id);
    this.touched.add(id);
  }

  replace(values: readonly T[], idOf: (value: T) => string): void {
    for (const id of [...this.map.keys()]) this.delete(id);
    for (const value of values) this.set(idOf(value), value);
  }
}

class ConfirmedEdges extends Confirmed<EdgeView> implements EdgeTable {
  readonly #byNode = new Map<string, Set<string>>();

  override set(id: string, edge: EdgeView): void {
    this.delete(id);
    super.set(id, edge);
    for (const end of [edge.sourceId, edge.targetId]) {
      const ids = this.#byNode.get(end) ?? new Set();
      this.#byNode.set(end, ids.add(id));
    }
  }

  override delete(id: string): void {
    const edge = this.get(id);
    super.delete(id);
    for (const end of edge ? [edge.sourceId, edge.targetId] : []) {
      const ids = this.#byNode.get(end);
      ids?.delete(id);
      if (ids?.size === 0) this.#byNode.delete(end);
    }
  }

  at(node: string): EdgeView[] {
    return present([...(this.#byNode.get(node) ?? [])].map((id) => this.get(id)));
  }
}

/** What the server has said: a snapshot, and the events since. */
export class Graph implements State {
  project: ProjectView;
  readonly nodes = new Confirmed<NodeView>();
  readonly edges = new ConfirmedEdges();
  readonly members = new Confirmed<MemberView>();
  readonly trash = new Trash();
  /** What the reader may do: no event says it, so it is as it was told last. Whoever was told nothing may do nothing. */
  rights: Rights = [];

  constructor(graph: GraphView) {
    this.project = graph.project;
    this.replace(graph);
  }

  /** Takes another snapshot; what is in neither of the two counts as touched as well. */
  replace(graph: GraphView): void {
    this.project = graph.project;
    this.rights = graph.project.rights ?? [];
    this.nodes.replace(graph.nodes, (node) => node.id);
    this.edges.replace(graph.edges, (edge) => edge.id);
    this.members.replace(graph.members, (member) => member.userId);
  }
}

/** Changes over a table that stays as it is; null stands for what is gone. */
export class Layer<T> implements Table<T> {
  readonly base: Table<T>;
  readonly own = new Map<string, T | null>();

  constructor(base: Table<T>) {
    this.base = base;
  }

  get(id: string): T | undefined {
    const own = this.own.get(id);
    return own === undefined ? this.base.get(id) : (own ?? undefined);
  }

  set(id: string, value: T): void {
    this.own.set(id, value);
  }

  delete(id: string): void {
    this.own.set(id, null);
  }
}

class EdgeLayer extends Layer<EdgeView> implements EdgeTable {
  readonly #edges: EdgeTable;

  constructor(base: EdgeTable) {
    super(base);
    this.#edges = base;
  }

  at(node: string): EdgeView[] {
    const below = this.#edges.at(node).filter((edge) => !this.own.has(edge.id));
    const own = present([...this.own.values()]);
    return [...below, ...own.filter((edge) => edge.sourceId === node || edge.targetId === node)];
  }
}

/** The graph as it will be once the queue is through. */
export class Overlay implements State {
  project: ProjectView;
  readonly nodes: Layer<NodeView>;
  readonly edges: EdgeLayer;
  readonly members: Layer<MemberView>;
  /** Nodes and edges that the queue is about. */
  readonly about = new Set<string>();
  readonly trash: Trash;

  readonly #base: Graph;
  readonly #project: ProjectView;

  constructor(base: Graph) {
    this.#base = base;
    this.#project = base.project;
    this.project = base.project;
    this.nodes = new Layer(base.nodes);
    this.edges = new EdgeLayer(base.edges);
    this.members = new Layer(base.members);
    this.trash = new Trash(base.trash);
  }

  /** All nodes that there are. */
  living(): NodeView[] {
    const below = [...this.#base.nodes.map.values()].filter(({ id }) => !this.nodes.own.has(id));
    return [...below, ...present([...this.nodes.own.values()])];
  }

  /** Whether what was confirmed since may change what the queue makes of it. */
  isDisturbed(): boolean {
    const { project, nodes, edges, members } = this.#base;
    if (project !== this.#project || edges.touched.size + members.touched.size > 0) return true;
    return [...nodes.touched].some((id) => this.about.has(id));
  }
}

function present<T>(values: readonly (T | null | undefined)[]): T[] {
  return values.filter((value) => value !== null && value !== undefined);
}
