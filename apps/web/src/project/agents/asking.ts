import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

import { readAgain } from "../../api/read-again.ts";
import type { NodeView, ProjectSync } from "../../sync/index.ts";
import { text } from "../../text/index.ts";
import { say, sayFailed } from "../../ui/toasts.ts";
import { useProject } from "../project.ts";
import { useCanvasStore } from "../ui-state.ts";
import { startTask } from "./changes.ts";
import { mentioned } from "./mentions.ts";
import { agentKeys, useProjectAgents, type ProjectAgent } from "./queries.ts";
import { taskOf } from "./start.ts";

/** The tab of the panel that shows tasks. */
export const AGENTS_TAB = "agents";

/** The agent that a prompt asks, if it mentions one of the project. */
export function useMentioned(prompt: string): ProjectAgent | undefined {
  return mentioned(prompt, useProjectAgents().data ?? []);
}

/** Starts a task of the agent that a node's prompt mentions; false where it mentions none. */
export function useAskAgent(): (node: NodeView) => boolean {
  const project = useProject();
  const store = useCanvasStore();
  const queries = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: async ({ agent, node }: { agent: ProjectAgent; node: NodeView }) => {
      await sent(project);
      return startTask(project.project, taskOf(agent, node.prompt, [node.id]));
    },
    onError: sayFailed,
    onSuccess: async ({ id }, { agent }) => {
      say(text().agents.mention.started(agent.name));
      store.setState({ panel: AGENTS_TAB, task: id });
      await readAgain(queries, agentKeys.tasks(project.project));
    },
  });
  return useCallback(
    (node) => {
      const agents = queries.getQueryData<readonly ProjectAgent[]>(agentKeys.agents(project.project)) ?? [];
      const agent = mentioned(node.prompt, agents);
      if (agent === undefined) return false;
      mutate({ agent, node });
      return true;
    },
    [queries, project, mutate],
  );
}

/** A task is about what the server knows: the node, and its prompt as it is now. */
function sent({ state, onState }: ProjectSync): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (state().pending > 0) return;
      stop();
      resolve();
    };
    const stop = onState(look);
    look();
  });
}
