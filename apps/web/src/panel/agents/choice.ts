import { useState } from "react";

import { useProjectAgents, type ProjectAgent } from "../../project/agents/queries.ts";
import { useProject } from "../../project/project.ts";
import { remember, remembered } from "../../remembered.ts";

/** Which agent a task is for: the one of the last time, else the first that is not paused. */
export function useChosenAgent() {
  const { project } = useProject();
  const key = `agent ${project}`;
  const query = useProjectAgents();
  const [chosen, setChosen] = useState(() => remembered(key));
  const list: readonly ProjectAgent[] = query.data ?? [];
  const agent = list.find(({ agentId }) => agentId === chosen) ?? list.find(({ paused }) => !paused) ?? list[0] ?? null;
  const choose = (id: string) => {
    setChosen(id);
    remember(key, id);
  };
  return { query, list, agent, choose };
}
