import { api, data, type Schemas } from "../../api/client.ts";
import type { ProjectAgent, Schedule, Task } from "./queries.ts";

const versioned = (version: number) => ({ "If-Match": `"${version}"` });
const ofAgent = (project_id: string, agent_id: string) => ({ params: { path: { project_id, agent_id } } });
const ofTask = (project_id: string, task_id: string) => ({ params: { path: { project_id, task_id } } });
const ofSchedule = (project_id: string, schedule_id: string) => ({ params: { path: { project_id, schedule_id } } });

export const addAgent = (project_id: string, body: Schemas["AddAgent"]) =>
  data(api.POST("/api/v1/projects/{project_id}/agents", { params: { path: { project_id } }, body }));

export const changeAgent = (
  project: string,
  { agent: { agentId, version }, body }: { agent: ProjectAgent; body: Schemas["PatchProjectAgent"] },
) =>
  data(
    api.PATCH("/api/v1/projects/{project_id}/agents/{agent_id}", {
      ...ofAgent(project, agentId),
      headers: versioned(version),
      body,
    }),
  );

export const pauseAgents = (project_id: string, { paused }: { paused: boolean }) =>
  data(api.PATCH("/api/v1/projects/{project_id}/agents", { params: { path: { project_id } }, body: { paused } }));

export const removeAgent = (project: string, { agentId }: ProjectAgent) =>
  data(api.DELETE("/api/v1/projects/{project_id}/agents/{agent_id}", ofAgent(project, agentId)));

/** Makes an agent that sums up, and adds it. */
export async function addFacilitator(project: string, { name }: { name: string }): Promise<ProjectAgent> {
  const { id } = await data(api.POST("/api/v1/agents", { body: { name, type: "facilitator" } }));
  return addAgent(project, { agentId: id, role: "EDITOR", mode: "APPLY" });
}

/** Whose a token for a server outside is. */
export type TokenOf = "person" | "project";

export const giveToolToken = (
  project_id: string,
  { server, of, token }: { server: string; of: TokenOf; token: string },
) =>
  data(
    of === "person"
      ? api.PUT("/api/v1/users/me/tool-servers/{server}/credential", {
          params: { path: { server } },
          body: { token },
        })
      : api.PUT("/api/v1/projects/{project_id}/tool-servers/{server}/credential", {
          params: { path: { project_id, server } },
          body: { token },
        }),
  );

export const forgetToolToken = (project_id: string, { server, of }: { server: string; of: TokenOf }) =>
  data(
    of === "person"
      ? api.DELETE("/api/v1/users/me/tool-servers/{server}/credential", { params: { path: { server } } })
      : api.DELETE("/api/v1/projects/{project_id}/tool-servers/{server}/credential", {
          params: { path: { project_id, server } },
        }),
  );

export const startTask = (project_id: string, body: Schemas["StartTask"]) =>
  data(api.POST("/api/v1/projects/{project_id}/tasks", { params: { path: { project_id } }, body }));

export const cancelTask = (project: string, { id }: Task) =>
  data(api.POST("/api/v1/projects/{project_id}/tasks/{task_id}/cancel", ofTask(project, id)));

export const retryTask = (project: string, { id }: Task) =>
  data(api.POST("/api/v1/projects/{project_id}/tasks/{task_id}/retry", ofTask(project, id)));

export const tellTask = (project: string, { task, text }: { task: string; text: string }) =>
  data(
    api.POST("/api/v1/projects/{project_id}/tasks/{task_id}/messages", { ...ofTask(project, task), body: { text } }),
  );

export const makeSchedule = (project_id: string, body: Schemas["CreateSchedule"]) =>
  data(api.POST("/api/v1/projects/{project_id}/schedules", { params: { path: { project_id } }, body }));

export const pauseSchedule = (project: string, { id, version, paused }: Schedule) =>
  data(
    api.PATCH("/api/v1/projects/{project_id}/schedules/{schedule_id}", {
      ...ofSchedule(project, id),
      headers: versioned(version),
      body: { paused: !paused },
    }),
  );

export const deleteSchedule = (project: string, { id }: Schedule) =>
  data(api.DELETE("/api/v1/projects/{project_id}/schedules/{schedule_id}", ofSchedule(project, id)));
