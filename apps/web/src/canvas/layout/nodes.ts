import { isFrame } from "../../project/kinds.ts";
import { matrixIn } from "../../project/matrix.ts";
import { cardsOf, freePlace } from "../../project/places.ts";
import { boundsOf, boxOf, sizeOf, type Box, type Size } from "../../project/sizes.ts";
import type { BatchedOp, CanvasGraph, NodeView, ProjectView } from "../../sync/index.ts";
import { laidOutAway } from "./away.ts";
import type { Item, Style } from "./layout.ts";

export type Layout = NonNullable<ProjectView["layout"]>;

const STYLES: Readonly<Record<Layout, Style>> = {
  TREE_DOWN: { shape: "TREE", direction: "DOWN" },
  TREE_RIGHT: { shape: "TREE", direction: "RIGHT" },
  LAYERS_DOWN: { shape: "LAYERED", direction: "DOWN" },
  LAYERS_RIGHT: { shape: "LAYERED", direction: "RIGHT" },
};

/** Where these nodes go, so that they cover neither each other nor the others. */
export async function laidOutNodes(
  graph: CanvasGraph,
  chosen: readonly NodeView[],
  layout: Layout,
  screen: Size,
): Promise<readonly Box[]> {
  const { nodes } = graph;
  const { items, edges } = withoutMatrices(graph, chosen);
  const boxes = await laidOutAway({
    items,
    edges,
    style: STYLES[layout],
    screen,
  });
  const ids = new Set(chosen.map(({ id }) => id));
  const others = cardsOf(nodes.values()).filter(({ id }) => !ids.has(id));
  const bounds = boundsOf(boxes);
  const { x, y } = freePlace(bounds, others, bounds);
  return boxes.map((box) => ({ ...box, x: box.x + x - bounds.x, y: box.y + y - bounds.y }));
}

/** A matrix keeps its rows and columns: it is laid out as one card, which what it holds goes along with. */
function withoutMatrices(graph: CanvasGraph, chosen: readonly NodeView[]) {
  const matrices = new Set(chosen.map(({ id }) => id).filter((id) => matrixIn(graph, id) !== null));
  const matrixOf = (id: string) => {
    const frame = graph.nodes.get(id)?.frameId;
    return frame != null && matrices.has(frame) ? frame : id;
  };
  const items = chosen
    .filter(({ id }) => matrixOf(id) === id)
    .map((node) => ({ ...itemOf(node), ...(matrices.has(node.id) && { isFrame: false }) }));
  const edges = [...graph.edges.values()]
    .map((edge) => ({ ...edge, sourceId: matrixOf(edge.sourceId), targetId: matrixOf(edge.targetId) }))
    .filter(({ sourceId, targetId }) => sourceId !== targetId);
  return { items, edges };
}

const itemOf = (node: NodeView): Item => ({ ...boxOf(node), frameId: node.frameId ?? null, isFrame: isFrame(node) });

/** What has to change so that everything lies there; what was deleted meanwhile is left out. */
export function changesTo({ nodes }: CanvasGraph, boxes: readonly Box[]): BatchedOp[] {
  const known = boxes.flatMap((box) => {
    const node = nodes.get(box.id);
    return node === undefined ? [] : [{ node, box }];
  });
  const positions = known
    .map(({ node, box }) => ({ id: node.id, x: Math.round(box.x), y: Math.round(box.y), from: node.position }))
    .filter(({ x, y, from }) => x !== from.x || y !== from.y)
    .map(({ id, x, y }) => ({ id, x, y }));
  const sizes = known.flatMap(({ node, box }): BatchedOp[] => {
    const size = { width: Math.round(box.width), height: Math.round(box.height) };
    const old = sizeOf(node);
    const isAsLarge = Math.round(old.width) === size.width && Math.round(old.height) === size.height;
    return isFrame(node) && !isAsLarge ? [{ op: "node.update", data: { id: node.id, ...size } }] : [];
  });
  return [...(positions.length > 0 ? [{ op: "node.move" as const, data: { positions } }] : []), ...sizes];
}
