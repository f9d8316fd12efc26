import { shapeOf } from "../project/graph.ts";
import { NEW_CONVERSATION, NEWEST } from "../project/ui-state.ts";
import type { CanvasGraph, NodeView } from "../sync/index.ts";
import { isQuestion } from "./kind.ts";

type Graph = Pick<CanvasGraph, "nodes" | "edges">;
type Ways = ReadonlyMap<string, string>;

/**
 * A branch as a conversation: everything above a node, the node, and what follows it. Where several lead to a node or
 * follow it, the way that was read last is taken, else the first way up and the newest question down: a note beside
 * it ends nothing. Frames lie around nodes and are on no branch.
 */
export function threadOf(graph: Graph, at: string, ways: Ways): readonly string[] {
  const from = at === NEWEST ? newestOf(graph) : at;
  if (from === undefined || from === NEW_CONVERSATION || !isMessage(graph.nodes.get(from))) return [];
  const seen = new Set([from]);
  const above = follow(from, seen, (node) => {
    const parents = parentsOf(graph, node);
    return parents.find((parent) => ways.get(parent) === node) ?? parents[0];
  });
  const below = follow(from, seen, (node) => {
    const children = childrenOf(graph, node);
    const read = ways.get(node);
    if (read !== undefined && children.includes(read)) return read;
    return children.findLast((child) => isQuestion(graph.nodes.get(child))) ?? children.at(-1);
  });
  return [...above.reverse(), from, ...below];
}

/** Goes on for as long as there is something that was not passed yet. */
function follow(from: string, seen: Set<string>, next: (node: string) => string | undefined): string[] {
  const passed: string[] = [];
  for (let at = next(from); at !== undefined && !seen.has(at); at = next(at)) {
    seen.add(at);
    passed.push(at);
  }
  return passed;
}

const isMessage = (node: NodeView | undefined): boolean => node !== undefined && node.kind !== "FRAME";

/** The question that was made last; where there is none, the text that was. */
export function newestOf({ nodes }: Pick<Graph, "nodes">): string | undefined {
  return newestWith(nodes, isQuestion) ?? newestWith(nodes, isMessage);
}

function newestWith(nodes: Graph["nodes"], fits: (node: NodeView) => boolean): string | undefined {
  let newest: NodeView | undefined;
  for (const node of nodes.values())
    if (fits(node) && (newest === undefined || isBefore(newest, node) < 0)) newest = node;
  return newest?.id;
}

/** What leads to a node, in the order in which it was joined. */
export function parentsOf(graph: Graph, node: string): readonly string[] {
  const edges = shapeOf(graph).into.get(node) ?? [];
  return edges
    .filter(({ sourceId }) => graph.nodes.has(sourceId))
    .toSorted((a, b) => isBefore(a, b))
    .map(({ sourceId }) => sourceId);
}

/** What follows a node, the oldest first. */
export function childrenOf(graph: Graph, node: string): readonly string[] {
  const children = (shapeOf(graph).from.get(node) ?? []).flatMap(({ targetId }) => graph.nodes.get(targetId) ?? []);
  return children.toSorted(isBefore).map(({ id }) => id);
}

/** A message with those that could stand in its place, itself among them, the oldest first. */
export function besides(graph: Graph, node: string, parent: string | undefined): readonly string[] {
  if (parent !== undefined) return childrenOf(graph, parent);
  const at = graph.nodes.get(node);
  return at === undefined ? [] : wordingsOf(graph, at);
}

/** Beginnings have nothing in common, unless one is another wording of the other. */
function wordingsOf({ nodes, edges }: Graph, node: NodeView): readonly string[] {
  const first = firstWordingOf(node);
  const { into } = shapeOf({ edges });
  const same: NodeView[] = [];
  for (const each of nodes.values()) if (firstWordingOf(each) === first && !into.has(each.id)) same.push(each);
  return same.toSorted(isBefore).map(({ id }) => id);
}

/** The node as it was asked first, which is kept by those that came of it by editing the question. */
export function firstWordingOf({ id, metadata }: Pick<NodeView, "id" | "metadata">): string {
  const first = (metadata as { editOf?: unknown } | null)?.editOf;
  return typeof first === "string" ? first : id;
}

/** The ways with those of a conversation, so that it stays as it is read, whatever others add to it. */
export function withWaysOf(path: readonly string[], ways: Ways): Ways {
  const steps = path.slice(1).map((child, place) => [path[place] ?? "", child] as const);
  const missing = steps.filter(([parent, child]) => ways.get(parent) !== child);
  return missing.length === 0 ? ways : new Map([...ways, ...missing]);
}

/** The nearest to a message of those that are left of a conversation; the one above before the one below. */
export function leftOf(path: readonly string[], gone: string, { nodes }: Pick<Graph, "nodes">): string | undefined {
  const place = path.indexOf(gone);
  const above = path.slice(0, Math.max(0, place)).reverse();
  return [...above, ...path.slice(place + 1)].find((id) => nodes.has(id));
}

type Dated = Pick<NodeView, "id" | "createdAt">;

/** Ids are made in the order of time, too. */
function isBefore(a: Dated, b: Dated): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}
