import type { QueryKey } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";

import type { CanvasGraph } from "../sync/index.ts";
import { useProject, useProjectState } from "./project.ts";

/** Old stamps do not come back often. */
const KEPT_MS = 60_000;

/** A stamp of the project, as long as it says the same. */
export function useStamp(of: (graph: CanvasGraph) => string): string {
  const project = useProject();
  return useSyncExternalStore(project.onChange, () => {
    const graph = project.graph();
    return graph === null ? "" : of(graph);
  });
}

/**
 * For what is read anew when its stamp changes. The stamp is of what we show, which may be ahead of the server, so
 * nothing is asked until the server has it all.
 */
export function useAbout(key: QueryKey, stamp: string) {
  const { project } = useProject();
  const { pending } = useProjectState();
  const about = ["project", project, ...key];
  return {
    queryKey: [...about, stamp],
    enabled: pending === 0,
    staleTime: 0,
    gcTime: KEPT_MS,
    /** While the answer is read anew the last one about the same stays. */
    placeholderData: <T>(before: T | undefined, query: { queryKey: QueryKey } | undefined): T | undefined =>
      JSON.stringify(query?.queryKey.slice(0, about.length)) === JSON.stringify(about) ? before : undefined,
  };
}
