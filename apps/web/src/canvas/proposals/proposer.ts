import { createContext, use } from "react";

import { useProjectAgents } from "../../project/agents/queries.ts";
import type { ChangeSet } from "../../project/changes/queries.ts";
import { useText } from "../../text/index.ts";

/** Whose proposals are drawn. */
export interface Proposer {
  readonly name: string;
  readonly icon: string;
  readonly color: string;
}

/** Those who may not read agents see proposals in this colour, whoever made them. */
const UNKNOWN_COLOR = "#4f46e5";

export function useProposerOf({ actor }: Pick<ChangeSet, "actor">): Proposer {
  const { panel } = useText();
  const agent = useProjectAgents().data?.find(({ agentId }) => agentId === actor.id);
  return {
    name: actor.name ?? panel.changeSets.somebody,
    icon: agent?.icon ?? "",
    color: agent?.color ?? UNKNOWN_COLOR,
  };
}

export const ProposerContext = createContext<Proposer | null>(null);

export function useProposer(): Proposer {
  const proposer = use(ProposerContext);
  if (proposer === null) throw new Error("this belongs to the proposals of somebody");
  return proposer;
}
