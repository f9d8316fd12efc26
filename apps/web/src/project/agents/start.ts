import type { Schemas } from "../../api/client.ts";
import type { ProjectAgent } from "./queries.ts";

export const TASK_PROMPT_CHARS_MAX = 20_000;
/** As many nodes as a task takes besides the one that it is at. */
const TASK_NODES_MAX = 200;
/** What a task may use up unless it says otherwise. */
const TASK_TOKENS_DEFAULT = 200_000;
const TASK_DOLLARS_DEFAULT = 1;
/** The part of an agent's day that one task may use up, since all of it is reserved when the task starts. */
const DAY_SHARE = 0.25;

/** What to ask for: one selected node is where the task stands, several are what it is told of first. */
export function taskOf(
  { agentId, budget }: Pick<ProjectAgent, "agentId" | "budget">,
  prompt: string,
  selected: readonly string[],
): Schemas["StartTask"] {
  const [first] = selected;
  return {
    agentId,
    prompt: prompt.trim(),
    limits: limitsWithin(budget),
    ...(selected.length === 1 && first !== undefined && { nodeId: first }),
    ...(selected.length > 0 && { selection: selected.slice(0, TASK_NODES_MAX) }),
  };
}

function limitsWithin({ tokensPerDay, costPerDay }: ProjectAgent["budget"]): Schemas["TaskLimits"] {
  const tokens = Math.floor((tokensPerDay ?? Infinity) * DAY_SHARE);
  const cost = (costPerDay ?? Infinity) * DAY_SHARE;
  return {
    ...(tokens < TASK_TOKENS_DEFAULT && { tokens: Math.max(1, tokens) }),
    ...(cost < TASK_DOLLARS_DEFAULT && { cost }),
  };
}
