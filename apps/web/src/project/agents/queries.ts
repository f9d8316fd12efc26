import { useInfiniteQuery, useMutation, useQuery, useQueryClient, type QueryKey } from "@tanstack/react-query";
import { useMemo } from "react";

import { api, data, type Schemas } from "../../api/client.ts";
import { readAgain } from "../../api/read-again.ts";
import { useAccess, useProject } from "../project.ts";
import { useMay } from "../use-rights.ts";

export type ProjectAgent = Schemas["ProjectAgentView"];
export type OwnAgent = Schemas["AgentView"];
export type Task = Schemas["TaskView"];
export type Step = Schemas["StepView"];
export type Schedule = Schemas["ScheduleView"];
export type ToolServer = Schemas["ToolServerView"];

/** As many as the server gives at once. */
const PAGE_MAX = 200;
const TASKS_PAGE = 20;

/** What is read about agents in a project, by what makes it out of date. */
export const agentKeys = {
  agents: (project: string): QueryKey => ["project", project, "agents"],
  tasks: (project: string): QueryKey => ["project", project, "tasks"],
  task: (project: string, task: string): QueryKey => ["project", project, "tasks", "one", task],
  schedules: (project: string): QueryKey => ["project", project, "schedules"],
  servers: (project: string): QueryKey => ["project", project, "tool-servers"],
};

/** Whether there is anything to ask for: guests and readers do not hear of agents. */
export function useSeesAgents(): boolean {
  const { isGuest } = useAccess();
  return useMay("agents:read") && !isGuest;
}

export function useProjectAgents() {
  const { project } = useProject();
  return useQuery({
    queryKey: agentKeys.agents(project),
    enabled: useSeesAgents(),
    queryFn: async ({ signal }) =>
      (
        await data(
          api.GET("/api/v1/projects/{project_id}/agents", {
            signal,
            params: { path: { project_id: project }, query: { limit: PAGE_MAX } },
          }),
        )
      ).items,
  });
}

/** The tasks that are not over. */
export function useOpenTasks() {
  const { project } = useProject();
  return useQuery({
    queryKey: [...agentKeys.tasks(project), "open"],
    enabled: useSeesAgents(),
    queryFn: async ({ signal }) =>
      (
        await data(
          api.GET("/api/v1/projects/{project_id}/tasks", {
            signal,
            params: { path: { project_id: project }, query: { open: true, limit: PAGE_MAX } },
          }),
        )
      ).items,
  });
}

/** The tasks of the project, or of one of its nodes, the newest first. */
export function useTasks(node: string | null) {
  const { project } = useProject();
  const query = useInfiniteQuery({
    queryKey: [...agentKeys.tasks(project), "list", node],
    enabled: useSeesAgents(),
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET("/api/v1/projects/{project_id}/tasks", {
          signal,
          params: {
            path: { project_id: project },
            query: {
              limit: TASKS_PAGE,
              ...(node !== null && { node }),
              ...(pageParam !== null && { cursor: pageParam }),
            },
          },
        }),
      ),
    getNextPageParam: (page) => page.nextCursor ?? null,
  });
  const items = useMemo(() => query.data?.pages.flatMap((page) => page.items), [query.data]);
  return { ...query, items };
}

const ofTask = (project_id: string, task_id: string) => ({ path: { project_id, task_id } });

export function useTask(task: string) {
  const { project } = useProject();
  return useQuery({
    queryKey: agentKeys.task(project, task),
    queryFn: ({ signal }) =>
      data(api.GET("/api/v1/projects/{project_id}/tasks/{task_id}", { signal, params: ofTask(project, task) })),
  });
}

/** What a task did, in order; a task has no more steps than one page holds. */
export function useSteps(task: string) {
  const { project } = useProject();
  return useQuery({
    queryKey: [...agentKeys.task(project, task), "steps"],
    queryFn: async ({ signal }) => {
      const params = { ...ofTask(project, task), query: { limit: PAGE_MAX } };
      const { items } = await data(api.GET("/api/v1/projects/{project_id}/tasks/{task_id}/steps", { signal, params }));
      return items.toSorted((a, b) => a.number - b.number);
    },
  });
}

export function useSchedules() {
  const { project } = useProject();
  return useQuery({
    queryKey: agentKeys.schedules(project),
    enabled: useSeesAgents(),
    queryFn: async ({ signal }) =>
      (
        await data(
          api.GET("/api/v1/projects/{project_id}/schedules", {
            signal,
            params: { path: { project_id: project }, query: { limit: PAGE_MAX } },
          }),
        )
      ).items,
  });
}

/** The servers outside whose tools agents can be given here, and whose tokens there are for them. */
export function useToolServers() {
  const { project } = useProject();
  return useQuery({
    queryKey: agentKeys.servers(project),
    enabled: useSeesAgents(),
    queryFn: async ({ signal }) =>
      (
        await data(
          api.GET("/api/v1/projects/{project_id}/tool-servers", {
            signal,
            params: { path: { project_id: project } },
          }),
        )
      ).items,
  });
}

/** One's own agents, in whatever project. */
export const useOwnAgents = (enabled: boolean) =>
  useQuery({
    queryKey: ["agents", "own", "page"],
    enabled,
    queryFn: async ({ signal }) =>
      (await data(api.GET("/api/v1/agents", { signal, params: { query: { limit: PAGE_MAX } } }))).items,
  });

/** A change of what is read here: the lists of its kind are read again before it is said to be done. */
export function useAgentsChange<I, O>(
  of: keyof Omit<typeof agentKeys, "task">,
  change: (project: string, input: I) => Promise<O>,
  onDone: (output: O, input: I) => void = () => undefined,
) {
  const { project } = useProject();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (input: I) => change(project, input),
    onSuccess: async (output: O, input: I) => {
      await readAgain(queries, agentKeys[of](project));
      onDone(output, input);
    },
  });
}
