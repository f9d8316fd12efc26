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
import { AGENTS_TAB } from "./tab.ts";

export { AGENTS_TAB };

/** The agent that a prompt asks, if it mentions one of the project. */
export function useMentioned(prompt: string): ProjectAgent | undefined {
  return mentioned(prompt, useProjectAgents().data ?? []);
}

/** What an agent is asked: a node, by what it says. */
type Asked = Pick<NodeView, "id" | "prompt">;

/** The same for a prompt that is in no node yet, as far as the agents are known. */
export function useFindMentioned(): (prompt: string) => ProjectAgent | undefined {
  const { project } = useProject();
  const queries = useQueryClient();
  return useCallback(
    (prompt) => mentioned(prompt, queries.getQueryData<readonly ProjectAgent[]>(agentKeys.agents(project)) ?? []),
    [queries, project],
  );
}

/** Starts a task of the agent that a node's prompt mentions; false where it mentions none. */
export function useAskAgent(): (node: Asked) => boolean {
  const project = useProject();
  const store = useCanvasStore();
  const queries = useQueryClient();
  const find = useFindMentioned();
  const { mutate } = useMutation({
    mutationFn: async ({ agent, node }: { agent: ProjectAgent; node: Asked }) => {
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
      const agent = find(node.prompt);
      if (agent === undefined) return false;
      mutate({ agent, node });
      return true;
    },
    [find, mutate],
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
