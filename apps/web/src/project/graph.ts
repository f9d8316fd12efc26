import type { CanvasGraph, EdgeView } from "../sync/index.ts";
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

/** The nodes with everything that their answers rest on, and the edges between. */
export function lineageOf(shape: Shape, nodes: Iterable<string>): Lit {
  const seen = new Set(nodes);
  const edges = new Set<string>();
  // A set that grows is walked to its end.
  for (const node of seen) {
    for (const { id, sourceId, policy } of shape.into.get(node) ?? []) {
      if (policy === "EXCLUDE") continue;
      edges.add(id);
      seen.add(sourceId);
    }
  }
  return { nodes: seen, edges };
}

/** Everything that rests on a node, without the node. */
export function descendantsOf(shape: Shape, node: string): ReadonlySet<string> {
  const seen = new Set([node]);
  for (const at of seen) for (const { targetId } of shape.from.get(at) ?? []) seen.add(targetId);
  seen.delete(node);
  return seen;
}

/** A way from one node to another along the edges, or nothing. */
export function pathBetween(shape: Shape, from: string, to: string): readonly string[] | null {
  const cameFrom = new Map<string, string | null>([[from, null]]);
  for (const [node] of cameFrom) {
    if (node === to) return backwards(cameFrom, to).reverse();
    for (const { targetId } of shape.from.get(node) ?? []) {
      if (!cameFrom.has(targetId)) cameFrom.set(targetId, node);
    }
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
  const folds = [...collapsed];
  for (const node of folds) {
    for (const { targetId } of shape.from.get(node) ?? []) {
      const parents = shape.into.get(targetId) ?? [];
      const all = parents.every(({ sourceId }) => collapsed.has(sourceId) || hidden.has(sourceId));
      if (!all || hidden.has(targetId)) continue;
      hidden.add(targetId);
      folds.push(targetId);
    }
  }
  return hidden;
}

/** The folds that are left when none of them is to hide these nodes. */
export function unfolded(shape: Shape, collapsed: ReadonlySet<string>, nodes: Iterable<string>): ReadonlySet<string> {
  const hidden = hiddenBy(shape, collapsed);
  const wanted = [...nodes].filter((id) => hidden.has(id));
  if (wanted.length === 0) return collapsed;
  const above = new Set(wanted);
  for (const node of above) for (const { sourceId } of shape.into.get(node) ?? []) above.add(sourceId);
  return new Set([...collapsed].filter((id) => !above.has(id) || wanted.includes(id)));
}
