import { useMutation, useQueryClient } from "@tanstack/react-query";

import { api, data, type Schemas } from "../../api/client.ts";
import { Refused } from "../../api/problem.ts";
import { readAgain } from "../../api/read-again.ts";
import { addAgent } from "../../project/agents/changes.ts";
import { mentions } from "../../project/agents/mentions.ts";
import { agentKeys } from "../../project/agents/queries.ts";
import { text } from "../../text/index.ts";
import { sayFailed } from "../../ui/toasts.ts";
import { whole } from "../parts/whole.ts";
import { create, PROJECTS, type Project } from "../projects/queries.ts";
import type { Agent } from "./queries.ts";

/** Finds the project in which somebody tries out an agent, or makes it; the agent is in it afterwards. */
export function useTrial(onReady: (project: string) => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (agent: Agent) => {
      const { id } = (await found(agent)) ?? (await made(agent));
      await joined(id, agent);
      return id;
    },
    onError: sayFailed,
    onSuccess: async (id) => {
      await Promise.all([readAgain(queries, PROJECTS), readAgain(queries, agentKeys.agents(id))]);
      onReady(id);
    },
  });
}

/** Nobody else sees it, and its description mentions the agent: it is the same in every language and browser. */
async function found({ slug }: Agent): Promise<Project | undefined> {
  const owned = await whole((page) =>
    data(api.GET("/api/v1/projects", { params: { query: { owned: true, q: `@${slug}`, ...page } } })),
  );
  return owned.find(({ description, isPublic }) => !isPublic && mentions(description ?? "", slug));
}

function made({ name, slug }: Agent): Promise<Project> {
  const { trial } = text().agents;
  return create({ name: trial.name(name), description: trial.about(slug) });
}

const IN_IT: Omit<Schemas["AddAgent"], "agentId"> = { role: "EDITOR", mode: "APPLY" };

async function joined(project: string, { id }: Agent): Promise<void> {
  try {
    await addAgent(project, { agentId: id, ...IN_IT });
  } catch (error) {
    // It is there from the last time.
    if (!(error instanceof Refused && error.code === "conflict")) throw error;
  }
}
