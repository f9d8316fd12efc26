import { Graph, layout } from "@dagrejs/dagre";

import type { EdgeView } from "../sync/index.ts";
import { GAP, type Box } from "../project/places.ts";

/** Places cards so that context flows downwards; their middle stays where it was. */
export function laidOut(
  boxes: readonly Box[],
  edges: readonly EdgeView[],
): readonly { id: string; x: number; y: number }[] {
  const graph = new Graph().setGraph({ rankdir: "TB", nodesep: GAP / 2, ranksep: GAP });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, width, height } of boxes) graph.setNode(id, { width, height });
  for (const { sourceId, targetId } of edges) {
    if (graph.hasNode(sourceId) && graph.hasNode(targetId)) graph.setEdge(sourceId, targetId);
  }
  layout(graph);
  // The layout names the middle of a card, the canvas its corner.
  const placed = boxes.map(({ id, width, height }) => {
    const { x, y } = graph.node(id) as { x: number; y: number };
    return { id, x: x - width / 2, y: y - height / 2 };
  });
  const [before, after] = [middle(boxes), middle(placed)];
  return placed.map(({ id, x, y }) => ({ id, x: x + before.x - after.x, y: y + before.y - after.y }));
}

function middle(points: readonly { x: number; y: number }[]): { x: number; y: number } {
  const sum = points.reduce(({ x, y }, point) => ({ x: x + point.x, y: y + point.y }), { x: 0, y: 0 });
  return { x: sum.x / points.length, y: sum.y / points.length };
}
