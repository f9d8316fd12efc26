import { useEffect } from "react";

import type { History } from "../project/history.ts";
import { cardsOf, pushed, type Grown } from "../project/places.ts";
import { useProject } from "../project/project.ts";
import { boxOf } from "../project/sizes.ts";
import { isFrame } from "../project/kinds.ts";
import { QueueFull, type CanvasGraph, type Op, type ProjectSync } from "../sync/index.ts";

/**
 * What this page makes larger pushes down what it would cover: a question that is asked, since its answer needs room,
 * a text that became longer, a card that somebody resized. Whoever makes it larger moves the others, once, so that
 * everybody sees the same; and it is taken back with what caused it.
 */
export function useKeepingApart(history: History): void {
  const project = useProject();
  useEffect(() => keepApart(project, history), [project, history]);
}

type Changed = Pick<ProjectSync, "onSubmit" | "graph" | "submit">;

export function keepApart(project: Changed, history: Pick<History, "along" | "isTakingBack">): () => void {
  return project.onSubmit(({ id, op, before }) => {
    const nodes = resized(op);
    // A canvas that keeps itself laid out makes room by itself.
    if (before?.project.layout !== null) return;
    if (nodes.length === 0 || history.isTakingBack()) return;
    // It is told of before it shows.
    queueMicrotask(() => {
      const positions = roomMade(before, project.graph(), nodes);
      if (positions.length === 0) return;
      try {
        history.along(id, () => project.submit("node.move", { positions }));
      } catch (error) {
        // What does not fit in the queue is only about places.
        if (!(error instanceof QueueFull)) throw error;
      }
    });
  });
}

/** The nodes that an operation may make larger. */
function resized(op: Op): string[] {
  switch (op.op) {
    case "batch":
      return op.data.ops.flatMap((one) => resized(one));
    case "node.update":
    case "node.attach":
      return [op.data.id];
    case "generation.start":
    case "generation.select":
      return [op.data.nodeId];
    default:
      return [];
  }
}

export function roomMade(before: CanvasGraph, after: CanvasGraph | null, nodes: readonly string[]) {
  if (after === null) return [];
  const grown = nodes.flatMap((id): Grown[] => {
    const [old, now] = [before.nodes.get(id), after.nodes.get(id)];
    if (old === undefined || now === undefined || isFrame(now)) return [];
    const [from, to] = [boxOf(old), boxOf(now)];
    return to.width > from.width || to.height > from.height ? [{ before: from, after: to }] : [];
  });
  if (grown.length === 0) return [];
  return pushed(cardsOf(after.nodes.values()), grown).map(({ id, x, y }) => ({
    id,
    x: Math.round(x),
    y: Math.round(y),
  }));
}
