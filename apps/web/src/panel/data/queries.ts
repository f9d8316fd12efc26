import { useInfiniteQuery, useQuery, type QueryKey } from "@tanstack/react-query";
import { useMemo, useSyncExternalStore } from "react";

import { api, data, type Schemas } from "../../api/client.ts";
import { useProject, useProjectState } from "../../project/project.ts";
import type { CanvasGraph } from "../../sync/index.ts";
import { contextStamp, nodeStamp, pairStamp, usageStamp } from "./stamps.ts";

export type Attempt = Schemas["GenerationView"];
export type Context = Schemas["ContextView"];
export type Manifest = Schemas["Manifest"];
export type Model = Schemas["ModelView"];
export type Preset = Schemas["PresetView"];
export type Usage = Schemas["UsageView"];
export type Comparison = Schemas["ComparisonView"];

/** Old stamps do not come back often. */
const KEPT_MS = 60_000;
const MODELS_STALE_MS = 30_000;
const PAGE = 20;

function useStamp(of: (graph: CanvasGraph) => string): string {
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
function useAbout(key: QueryKey, stamp: string) {
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

/** How a model would be asked; what is left out is up to project, model and server. */
export interface Asking {
  readonly model?: string;
  readonly temperature?: number;
  readonly maxTokens?: number;
}

export function useContextPreview(node: string, asking: Asking, enabled = true) {
  const { project } = useProject();
  const about = useAbout(
    ["context", node, asking],
    useStamp((graph) => contextStamp(graph, node)),
  );
  return useQuery({
    ...about,
    enabled: about.enabled && enabled,
    queryFn: ({ signal }) =>
      data(
        api.GET("/api/v1/projects/{project_id}/nodes/{node_id}/context", {
          params: { path: { project_id: project, node_id: node }, query: asking },
          signal,
        }),
      ),
  });
}

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

/** An attempt with what it was sent. */
export function useAttempt(node: string, generation: string | null) {
  const { project } = useProject();
  const about = useAbout(
    ["attempt", node, generation],
    useStamp((graph) => nodeStamp(graph, node)),
  );
  return useQuery({
    ...about,
    enabled: about.enabled && generation !== null,
    queryFn: ({ signal }) =>
      data(
        api.GET("/api/v1/projects/{project_id}/nodes/{node_id}/generations/{generation_id}", {
          params: { path: { project_id: project, node_id: node, generation_id: generation ?? "" } },
          signal,
        }),
      ),
  });
}

export type UsageBy = "model" | "member" | "node" | "day";
export type UsageOf = "project" | "node" | "ancestors" | "descendants" | "both";

export function useUsage(by: UsageBy, of: UsageOf = "project", node: string | null = null, enabled = true) {
  const { project } = useProject();
  const about = useAbout(["usage", by, of, of === "project" ? null : node], useStamp(usageStamp));
  const branch = of === "project" || of === "node" ? {} : { branch: of };
  const query = { by, ...(of !== "project" && node !== null && { node, ...branch }) };
  return useQuery({
    ...about,
    enabled: about.enabled && enabled,
    queryFn: ({ signal }) =>
      data(
        api.GET("/api/v1/projects/{project_id}/usage", { params: { path: { project_id: project }, query }, signal }),
      ),
  });
}

/** Of so many nodes the price is reckoned: each is a question of its own. */
export const PRICED_MAX = 20;

/** What asking these nodes would cost, by their contexts as they are now. */
export function usePrices(nodes: readonly string[], enabled: boolean) {
  const { project } = useProject();
  const priced = nodes.slice(0, PRICED_MAX);
  const about = useAbout(
    ["prices", ...priced],
    useStamp((graph) => priced.map((id) => contextStamp(graph, id)).join()),
  );
  return useQuery({
    ...about,
    enabled: about.enabled && enabled,
    queryFn: async ({ signal }) => {
      const previews = await Promise.all(
        priced.map((node_id) =>
          data(
            api.GET("/api/v1/projects/{project_id}/nodes/{node_id}/context", {
              params: { path: { project_id: project, node_id } },
              signal,
            }),
          ),
        ),
      );
      const sum = (of: (price: Schemas["PriceView"]) => number) =>
        previews.reduce((all, { price }) => all + of(price), 0);
      return {
        input: sum(({ input }) => input),
        most: sum(({ input, outputMax }) => input + outputMax),
        count: priced.length,
      };
    },
  });
}

export function useComparison(a: string, b: string) {
  const { project } = useProject();
  return useQuery({
    ...useAbout(
      ["compare", a, b],
      useStamp((graph) => pairStamp(graph, a, b)),
    ),
    queryFn: ({ signal }) =>
      data(
        api.GET("/api/v1/projects/{project_id}/compare", {
          params: { path: { project_id: project }, query: { a, b } },
          signal,
        }),
      ),
  });
}

export function useModels() {
  return useQuery({
    queryKey: ["models"],
    staleTime: MODELS_STALE_MS,
    queryFn: async ({ signal }) => (await data(api.GET("/api/v1/models", { signal }))).items,
  });
}

/** As many as one page holds are more than a list to choose from should have. */
export function usePresets() {
  return useQuery({
    queryKey: ["presets"],
    queryFn: async ({ signal }) =>
      (await data(api.GET("/api/v1/presets", { params: { query: { limit: 200 } }, signal }))).items,
  });
}
