import type { Confirmed, Graph, Layer, Overlay } from "./graph.ts";
import type { EdgeView, MemberView, NodeView, ProjectView, Rights } from "./protocol.ts";

/** What the user sees. The same object as long as nothing changed, as are the parts that did not. */
export interface CanvasGraph {
  readonly project: ProjectView;
  readonly nodes: ReadonlyMap<string, NodeView>;
  readonly edges: ReadonlyMap<string, EdgeView>;
  readonly members: ReadonlyMap<string, MemberView>;
  /** What the user may do here. */
  readonly rights: Rights;
}

/** The ids of what changed. */
export interface Changes {
  readonly nodes: ReadonlySet<string>;
  readonly edges: ReadonlySet<string>;
  readonly members: ReadonlySet<string>;
  /** Whether the project did, or what the user may do in it. */
  readonly project: boolean;
}

/** The graph with the queue applied, brought up to date by the ids that may have changed. */
export class View {
  readonly #nodes = new Shown<NodeView>();
  readonly #edges = new Shown<EdgeView>();
  readonly #members = new Shown<MemberView>();
  #project: ProjectView;
  #rights: Rights = [];
  #graph: CanvasGraph | null = null;

  constructor(project: ProjectView) {
    this.#project = project;
  }

  update(confirmed: Graph, overlay: Overlay): Changes | null {
    const changes: Changes = {
      nodes: this.#nodes.update(confirmed.nodes, overlay.nodes),
      edges: this.#edges.update(confirmed.edges, overlay.edges),
      members: this.#members.update(confirmed.members, overlay.members),
      project: !same(this.#project, overlay.project) || !same(this.#rights, confirmed.rights),
    };
    if (changes.project) {
      this.#project = overlay.project;
      // The same list as long as it says the same.
      if (!same(this.#rights, confirmed.rights)) this.#rights = confirmed.rights;
    }
    const some = changes.nodes.size + changes.edges.size + changes.members.size > 0 || changes.project;
    if (some) this.#graph = null;
    return some ? changes : null;
  }

  node(id: string): NodeView | undefined {
    return this.#nodes.get(id);
  }

  edge(id: string): EdgeView | undefined {
    return this.#edges.get(id);
  }

  graph(): CanvasGraph {
    this.#graph ??= {
      project: this.#project,
      nodes: this.#nodes.copy(),
      edges: this.#edges.copy(),
      members: this.#members.copy(),
      rights: this.#rights,
    };
    return this.#graph;
  }
}

class Shown<T extends object> {
  readonly #values = new Map<string, T>();
  #layered = new Set<string>();
  #copy: ReadonlyMap<string, T> | null = null;

  get(id: string): T | undefined {
    return this.#values.get(id);
  }

  update(confirmed: Confirmed<T>, layer: Layer<T>): ReadonlySet<string> {
    const changed = new Set<string>();
    for (const id of new Set([...confirmed.touched, ...this.#layered, ...layer.own.keys()])) {
      const value = layer.get(id);
      // An equal value keeps its identity, so that nothing is drawn again for it.
      if (same(this.#values.get(id), value)) continue;
      if (value === undefined) this.#values.delete(id);
      else this.#values.set(id, value);
      changed.add(id);
    }
    confirmed.touched.clear();
    this.#layered = new Set(layer.own.keys());
    if (changed.size > 0) this.#copy = null;
    return changed;
  }

  copy(): ReadonlyMap<string, T> {
    this.#copy ??= new Map(this.#values);
    return this.#copy;
  }
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every((key) => same(a[key as keyof object], b[key as keyof object]));
}
