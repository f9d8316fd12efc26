import { useProjectAgents } from "../../project/agents/queries.ts";
import { useGraph } from "../../project/project.ts";
import { useText } from "../../text/index.ts";

/** Who made cards here, by name; nobody for those who may not see members. */
export function useAuthors(): readonly (readonly [id: string, name: string])[] {
  const { nodes, members } = useGraph();
  const agents = useProjectAgents().data ?? [];
  const { panel } = useText();
  const ids = new Set([...nodes.values()].flatMap(({ authorId }) => authorId ?? []));
  const nameOf = (id: string) =>
    members.get(id)?.name ?? agents.find(({ agentId }) => agentId === id)?.name ?? panel.unknownPerson;
  return [...ids].map((id) => [id, nameOf(id)] as const).sort(([, one], [, other]) => one.localeCompare(other));
}
