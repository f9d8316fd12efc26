import { useMemo } from "react";

import { useGraph } from "../../project/project.ts";
import { waysOf } from "./shape.ts";

export function useWays(node: string) {
  const graph = useGraph();
  return useMemo(() => waysOf(graph, node), [graph, node]);
}
