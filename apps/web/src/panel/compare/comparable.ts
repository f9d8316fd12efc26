import { isFrame } from "../../project/kinds.ts";
import type { CanvasGraph, NodeView } from "../../sync/index.ts";

/** The tab that compares two nodes and what each of them is based on. */
export const COMPARE_TAB = "compare";

/** More than these nobody reads beside each other; it is also as many as the server brings together in one. */
export const COMPARED_MAX = 10;

/** Of what is selected that which can stand in columns, in the order in which it is read on the canvas. */
export function comparable(graph: CanvasGraph | null, selection: Iterable<string>): readonly NodeView[] {
  return [...selection]
    .flatMap((id) => graph?.nodes.get(id) ?? [])
    .filter((node) => !isFrame(node))
    .toSorted((a, b) => a.position.y - b.position.y || a.position.x - b.position.x);
}

export const canCompare = (nodes: readonly unknown[]): boolean => nodes.length > 1 && nodes.length <= COMPARED_MAX;
