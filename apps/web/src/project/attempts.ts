import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { api, data, type Schemas } from "../api/client.ts";
import { useAbout, useStamp } from "./about.ts";
import { useProject } from "./project.ts";
import { nodeStamp } from "./stamps.ts";

export type Attempt = Schemas["GenerationView"];

const PAGE = 20;

/** The attempts at a node's answer, the newest first. */
export function useAttempts(node: string, enabled = true) {
  const { project } = useProject();
  const about = useAbout(
    ["attempts", node],
    useStamp((graph) => nodeStamp(graph, node)),
  );
  const query = useInfiniteQuery({
    ...about,
    enabled: about.enabled && enabled,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET("/api/v1/projects/{project_id}/nodes/{node_id}/generations", {
          params: {
            path: { project_id: project, node_id: node },
            query: { limit: PAGE, ...(pageParam !== null && { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.nextCursor ?? null,
  });
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items), [query.data]);
  return { ...query, items };
}

/** Those of which something can be the node's answer, the oldest first. */
export const answersOf = (attempts: readonly Attempt[] | undefined): readonly Attempt[] =>
  attempts?.filter(({ text, isCurrent }) => isCurrent || (text ?? "") !== "").toReversed() ?? [];
