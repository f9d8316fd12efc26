import { shapeOf } from "../project/graph.ts";
import { useGraph, type EdgeView } from "../project/project.ts";

/** The edge over which a message enters the context of the next. */
export function useWay(id: string, next: string | undefined): EdgeView | undefined {
  const graph = useGraph();
  return next === undefined
    ? undefined
    : shapeOf(graph)
        .from.get(id)
        ?.find(({ targetId }) => targetId === next);
}
