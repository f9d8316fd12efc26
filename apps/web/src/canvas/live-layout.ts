import { useReactFlow } from "@xyflow/react";
import { useEffect } from "react";

import type { History } from "../project/history.ts";
import { useProject } from "../project/project.ts";
import { boxOf } from "../project/sizes.ts";
import { useCanvasStore } from "../project/ui-state.ts";
import { QueueFull, type BatchedOp, type Op, type ProjectSync } from "../sync/index.ts";
import { sayFailed } from "../ui/toasts.ts";
import { bringIntoSight } from "./sight.ts";
import { roomOnScreen } from "./viewport.ts";

/** What follows one another sooner than this is laid out once. */
const PAUSE_MS = 120;

/** A project that keeps itself laid out: whoever changes what hangs together also moves what has to make room. */
export function useLiveLayout(history: History): void {
  const project = useProject();
  const store = useCanvasStore();
  const flow = useReactFlow();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    // The first change of those that are laid out together: the layout is taken back with it.
    let cause: string | null = null;
    let isOwn = false;
    const change = (changes: BatchedOp[]) => {
      if (changes.length === 0 || cause === null) return;
      isOwn = true;
      try {
        history.along(cause, () => project.submitBatch(changes));
      } catch (error) {
        // What does not fit in the queue is only about places.
        if (!(error instanceof QueueFull)) throw error;
      } finally {
        isOwn = false;
      }
    };
    const layOut = async () => {
      change(await laidOut(project));
      cause = null;
      // Whoever types keeps their card in sight, wherever it went.
      const node = project.node(store.getState().editing ?? "");
      if (node !== undefined) bringIntoSight(flow, boxOf(node));
    };
    const stop = project.onSubmit(({ id, op, before }) => {
      if (isOwn || before?.project.layout == null) return;
      if (history.isTakingBack() || !changesShape(op)) return;
      cause ??= id;
      clearTimeout(timer);
      timer = setTimeout(() => void layOut().catch(sayFailed), PAUSE_MS);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [project, store, flow, history]);
}

/** Whether an operation changes what hangs together, how large something is, or in which order things stand. */
function changesShape(op: Op): boolean {
  switch (op.op) {
    case "batch":
      return op.data.ops.some((one) => changesShape(one));
    case "node.create":
    case "node.delete":
    case "node.restore":
    case "node.update":
    case "edge.create":
    case "edge.delete":
    case "generation.start":
    case "generation.select":
    case "node.move":
      return true;
    default:
      return false;
  }
}

/** What has to change so that the canvas is laid out as its people chose. */
async function laidOut(project: ProjectSync): Promise<BatchedOp[]> {
  const graph = project.graph();
  if (graph?.project.layout == null) return [];
  const { laidOutNodes, changesTo } = await import("./layout/nodes.ts");
  const boxes = await laidOutNodes(graph, [...graph.nodes.values()], graph.project.layout, roomOnScreen());
  const now = project.graph();
  return now === null ? [] : changesTo(now, boxes);
}
