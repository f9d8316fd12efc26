import { useReactFlow, useStoreApi, type NodeChange } from "@xyflow/react";
import { useCallback } from "react";

import { isFrame } from "../project/kinds.ts";
import { useProject } from "../project/project.ts";
import { boundsOf, boxOf, overlaps, type Area, type Box } from "../project/sizes.ts";
import { useCanvasStore } from "../project/ui-state.ts";
import { snapped } from "./snapping.ts";
import type { CardNode } from "./use-flow.ts";
import { seenIn } from "./viewport.ts";

/** A dragged card goes to a line that is nearer than this, in pixels of the screen. */
const REACH_PX = 6;
/** Of more cards than this, only the nearest are looked at. */
const NEAR_MAX = 120;

/** Puts what is dragged level with the cards around it, and shows the lines along which it stands. */
export function useSnapping(): (changes: NodeChange<CardNode>[]) => NodeChange<CardNode>[] {
  const project = useProject();
  const store = useCanvasStore();
  const flow = useReactFlow();
  const drawing = useStoreApi();
  return useCallback(
    (changes) => {
      const graph = project.graph();
      const moved = changes.flatMap((change) => {
        const node = change.type === "position" ? graph?.nodes.get(change.id) : undefined;
        return change.type === "position" && change.position && node !== undefined && !isFrame(node)
          ? [{ ...boxOf(node), ...change.position }]
          : [];
      });
      if (graph === null || moved.length === 0) return changes;
      const ids = new Set(moved.map(({ id }) => id));
      const bounds = boundsOf(moved);
      const seen = seenIn(flow.getViewport(), drawing.getState());
      const others = Array.from(graph.nodes.values())
        .filter((node) => !ids.has(node.id) && !isFrame(node))
        .map(boxOf)
        .filter((box) => overlaps(box, seen));
      const { dx, dy, guides } = snapped(bounds, nearest(bounds, others), REACH_PX / flow.getZoom());
      const isOver = changes.every((change) => change.type !== "position" || change.dragging !== true);
      if (guides.length > 0 || store.getState().guides.length > 0) store.setState({ guides: isOver ? [] : guides });
      if (dx === 0 && dy === 0) return changes;
      return changes.map((change) =>
        change.type === "position" && change.position
          ? { ...change, position: { x: change.position.x + dx, y: change.position.y + dy } }
          : change,
      );
    },
    [project, store, flow, drawing],
  );
}

function nearest(to: Area, boxes: readonly Box[]): readonly Box[] {
  if (boxes.length <= NEAR_MAX) return boxes;
  const away = ({ x, y }: Box) => Math.hypot(x - to.x, y - to.y);
  return boxes.toSorted((one, other) => away(one) - away(other)).slice(0, NEAR_MAX);
}
