import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, data, type Schemas } from "../../../api/client.ts";
import { readAgain } from "../../../api/read-again.ts";
import { whole } from "../../parts/whole.ts";

export type Preset = Schemas["PresetView"];

const PRESETS = ["presets"] as const;

export const usePresets = () =>
  useQuery({
    queryKey: PRESETS,
    queryFn: ({ signal }) => whole((query) => data(api.GET("/api/v1/presets", { signal, params: { query } }))),
  });

export const useModels = () =>
  useQuery({
    queryKey: ["models"],
    queryFn: async ({ signal }) => (await data(api.GET("/api/v1/models", { signal }))).items,
  });

export function usePresetChange<I>(change: (input: I) => Promise<unknown>, onDone: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      await readAgain(queries, PRESETS);
      onDone();
    },
  });
}

const at = ({ id }: Preset) => ({ path: { preset_id: id } });

export const create = (body: Schemas["CreatePreset"]) => data(api.POST("/api/v1/presets", { body }));
export const update = (preset: Preset) => (body: Schemas["PatchPreset"]) =>
  data(
    api.PATCH("/api/v1/presets/{preset_id}", {
      params: at(preset),
      headers: { "If-Match": `"${preset.version}"` },
      body,
    }),
  );
export const remove = (preset: Preset) => data(api.DELETE("/api/v1/presets/{preset_id}", { params: at(preset) }));
