import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";

import { api, data, type Schemas } from "../api/client.ts";
import { useAbout, useStamp } from "./about.ts";
import { partsOf } from "./events.ts";
import { useProject } from "./project.ts";
import { nodeStamp } from "./stamps.ts";
import { useCanvasStore, type CanvasStore } from "./ui-state.ts";

export type Attempt = Schemas["GenerationView"];

const PAGE = 20;

/** The attempts at a node's answer, the newest first. */
export function useAttempts(node: string, enabled = true) {
  const { project } = useProject();
  const store = useCanvasStore();
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
  useEffect(() => {
    noteStopped(store, items?.filter(({ state }) => state === "CANCELLED").map(({ id }) => id) ?? []);
  }, [store, items]);
  return { ...query, items };
}

/** Those of which something can be the node's answer, the oldest first. */
export const answersOf = (attempts: readonly Attempt[] | undefined): readonly Attempt[] =>
  attempts?.filter(({ text, isCurrent }) => isCurrent || (text ?? "") !== "").toReversed() ?? [];

/**
 * Notes which attempts were stopped before they were complete. A node does not say it of its answer: it is known once
 * it happens, or once the attempts are read. Used once on a page.
 */
export function useStoppedNews(): void {
  const project = useProject();
  const store = useCanvasStore();
  useEffect(
    () =>
      project.onEvent((event) => {
        const cancelled = partsOf(event).filter((part) => part.op === "generation.cancel");
        noteStopped(
          store,
          cancelled.map((part) => part.data.generation),
        );
      }),
    [project, store],
  );
}

function noteStopped(store: CanvasStore, attempts: readonly string[]): void {
  const { stopped } = store.getState();
  if (attempts.some((id) => !stopped.has(id))) store.setState({ stopped: new Set([...stopped, ...attempts]) });
}
