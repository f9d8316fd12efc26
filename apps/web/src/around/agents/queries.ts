import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, data, type Schemas } from "../../api/client.ts";
import { readAgain } from "../../api/read-again.ts";
import { whole } from "../parts/whole.ts";

export type Agent = Schemas["AgentView"];
export type Version = Schemas["PromptVersionView"];
export type Statistics = Schemas["AgentStatistics"];

/** Everything about one's own agents begins with this key. */
export const AGENTS = ["agents"] as const;

export const useAgents = () =>
  useQuery({
    queryKey: [...AGENTS, "own"],
    queryFn: ({ signal }) => whole((query) => data(api.GET("/api/v1/agents", { signal, params: { query } }))),
  });

/** What kinds of agents the server knows. */
export const useAgentTypes = () =>
  useQuery({
    queryKey: ["agent-types"],
    staleTime: Infinity,
    queryFn: async ({ signal }) => (await data(api.GET("/api/v1/agents/types", { signal }))).items,
  });

const at = (agent: string) => ({ path: { agent_id: agent } });

export const useAgent = (id: string) =>
  useQuery({
    queryKey: [...AGENTS, "one", id],
    queryFn: ({ signal }) => data(api.GET("/api/v1/agents/{agent_id}", { signal, params: at(id) })),
  });

/** The versions of what it is told, the newest first. */
export const useVersions = (id: string) =>
  useQuery({
    queryKey: [...AGENTS, "versions", id],
    queryFn: ({ signal }) =>
      whole((query) => data(api.GET("/api/v1/agents/{agent_id}/versions", { signal, params: { ...at(id), query } }))),
  });

export const useStatistics = (id: string) =>
  useQuery({
    queryKey: [...AGENTS, "statistics", id],
    queryFn: ({ signal }) => data(api.GET("/api/v1/agents/{agent_id}/statistics", { signal, params: at(id) })),
  });

/** A change after which everything about agents is read again, before it is said to be done. */
export function useAgentChange<I, O>(change: (input: I) => Promise<O>, onDone: (output: O) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (output: O) => {
      await readAgain(queries, AGENTS);
      onDone(output);
    },
  });
}

export const create = (body: Schemas["CreateAgent"]) => data(api.POST("/api/v1/agents", { body }));

export const update =
  ({ id, version }: Agent) =>
  (body: Schemas["PatchAgent"]) =>
    data(api.PATCH("/api/v1/agents/{agent_id}", { params: at(id), headers: { "If-Match": `"${version}"` }, body }));

export const remove = ({ id }: Agent) => data(api.DELETE("/api/v1/agents/{agent_id}", { params: at(id) }));

export const restore = (id: string) => (version: number) =>
  data(
    api.POST("/api/v1/agents/{agent_id}/versions/{version}/restore", {
      params: { path: { agent_id: id, version } },
    }),
  );
