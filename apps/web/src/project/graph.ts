import type { CanvasGraph, EdgeView, NodeView } from "../sync/index.ts";
import type { Lit } from "./ui-state.ts";

/** The edges of a graph by the nodes they begin and end at. */
export interface Shape {
  readonly into: ReadonlyMap<string, readonly EdgeView[]>;
  readonly from: ReadonlyMap<string, readonly EdgeView[]>;
}

const shapes = new WeakMap<CanvasGraph["edges"], Shape>();

/** Made once for each set of edges. */
export function shapeOf({ edges }: Pick<CanvasGraph, "edges">): Shape {
  const known = shapes.get(edges);
  if (known !== undefined) return known;
  const all = [...edges.values()];
  const shape = { into: grouped(all, "targetId"), from: grouped(all, "sourceId") };
  shapes.set(edges, shape);
  return shape;
}

function grouped(edges: readonly EdgeView[], end: "sourceId" | "targetId"): ReadonlyMap<string, readonly EdgeView[]> {
  const groups = new Map<string, EdgeView[]>();
  for (const edge of edges) {
    const group = groups.get(edge[end]);
    if (group === undefined) groups.set(edge[end], [edge]);
    else group.push(edge);
  }
  return groups;
}

/** A node, and the one from which a walk came to it; null where it began. */
type Step = readonly [node: string, before: string | null];

/** Goes from node to node, each once and the nearest first: every question about ways through the graph is asked here. */
export function* walk(from: Iterable<string>, next: (node: string) => Iterable<string>): Generator<Step, void> {
  const cameFrom = new Map<string, string | null>();
  for (const node of from) cameFrom.set(node, null);
  // A map that grows is walked to its end.
  for (const step of cameFrom) {
    yield step;
    for (const node of next(step[0])) if (!cameFrom.has(node)) cameFrom.set(node, step[0]);
  }
}

const reached = (steps: Iterable<Step>): Set<string> => new Set(Array.from(steps, ([node]) => node));

const parentsOf = ({ into }: Shape, node: string): string[] => (into.get(node) ?? []).map(({ sourceId }) => sourceId);
const childrenOf = ({ from }: Shape, node: string): string[] => (from.get(node) ?? []).map(({ targetId }) => targetId);

/** What follows from a node at once. */
export const childNodes = (graph: CanvasGraph, id: string): NodeView[] =>
  childrenOf(shapeOf(graph), id).flatMap((child) => graph.nodes.get(child) ?? []);

/** Nodes and everything above them. */
export const upwardsOf = (shape: Shape, nodes: Iterable<string>): ReadonlySet<string> =>
  reached(walk(nodes, (node) => parentsOf(shape, node)));

/** The nodes with everything that their answers rest on, and the edges between. */
export function lineageOf(shape: Shape, nodes: Iterable<string>): Lit {
  const carrying = (node: string) => (shape.into.get(node) ?? []).filter(({ policy }) => policy !== "EXCLUDE");
  const lit = reached(walk(nodes, (node) => carrying(node).map(({ sourceId }) => sourceId)));
  return { nodes: lit, edges: new Set([...lit].flatMap((node) => carrying(node).map(({ id }) => id))) };
}

/** A way from one node to another along the edges, or nothing. */
export function pathBetween(shape: Shape, from: string, to: string): readonly string[] | null {
  const cameFrom = new Map<string, string | null>();
  for (const [node, before] of walk([from], (at) => childrenOf(shape, at))) {
    cameFrom.set(node, before);
    if (node === to) return backwards(cameFrom, to).reverse();
  }
  return null;
}

function backwards(cameFrom: ReadonlyMap<string, string | null>, end: string): string[] {
  const path = [];
  for (let at: string | null | undefined = end; at != null; at = cameFrom.get(at)) path.push(at);
  return path;
}

/** The nodes of a path with the edges between neighbours. */
export function litPath(shape: Shape, path: readonly string[]): Lit {
  const edges = path.flatMap((node, place) => {
    const next = path[place + 1];
    return (shape.from.get(node) ?? []).filter(({ targetId }) => targetId === next).map(({ id }) => id);
  });
  return { nodes: new Set(path), edges: new Set(edges) };
}

/** What folded branches hide: nodes all of whose parents are folded or hidden themselves. */
export function hiddenBy(shape: Shape, collapsed: ReadonlySet<string>): ReadonlySet<string> {
  const hidden = new Set<string>();
  const hides = (node: string) => {
    const isOut = (parent: string) => collapsed.has(parent) || hidden.has(parent);
    const under = childrenOf(shape, node).filter((child) => parentsOf(shape, child).every(isOut));
    for (const child of under) hidden.add(child);
    return under;
  };
  reached(walk(collapsed, hides));
  return hidden;
}

/** The folds that are left when none of them is to hide these nodes. */
export function unfolded(shape: Shape, collapsed: ReadonlySet<string>, nodes: Iterable<string>): ReadonlySet<string> {
  const hidden = hiddenBy(shape, collapsed);
  const wanted = [...nodes].filter((id) => hidden.has(id));
  if (wanted.length === 0) return collapsed;
  const above = upwardsOf(shape, wanted);
  return new Set([...collapsed].filter((id) => !above.has(id) || wanted.includes(id)));
}
