import { useQuery } from "@tanstack/react-query";

import { api, data, type Schemas } from "../../api/client.ts";
import { useAbout, useStamp } from "../../project/about.ts";
import { useProject } from "../../project/project.ts";
import { contextStamp, nodeStamp, pairStamp, usageStamp } from "../../project/stamps.ts";

export { useAttempts, type Attempt } from "../../project/attempts.ts";

export type Context = Schemas["ContextView"];
export type Manifest = Schemas["Manifest"];
export type Model = Schemas["ModelView"];
export type Preset = Schemas["PresetView"];
export type Usage = Schemas["UsageView"];
export type Comparison = Schemas["ComparisonView"];

const MODELS_STALE_MS = 30_000;

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
