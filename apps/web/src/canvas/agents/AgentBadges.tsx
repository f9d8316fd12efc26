import { useStore, ViewportPortal } from "@xyflow/react";
import { Pencil } from "lucide-react";

import { useWorking, type Working } from "../../project/agents/news.ts";
import { useText } from "../../text/index.ts";
import { AgentIcon } from "../../ui/AgentIcon.tsx";
import { inkOn } from "../../ui/ink.ts";
import styles from "./Agents.module.css";

/** Agents at work, each at the node of its latest step. */
export function AgentBadges() {
  const working = useWorking();
  const places = new Map<string, Working[]>();
  for (const one of working) {
    if (one.node !== null) places.set(one.node, [...(places.get(one.node) ?? []), one]);
  }
  return (
    <ViewportPortal>
      <div className={styles.badges}>
        {[...places].map(([node, here]) => (
          <AtNode key={node} node={node} working={here} />
        ))}
      </div>
    </ViewportPortal>
  );
}

/** Where a card begins; nothing for one that is folded away. */
function AtNode({ node, working }: { node: string; working: readonly Working[] }) {
  const x = useStore(({ nodeLookup }) => nodeLookup.get(node)?.internals.positionAbsolute.x);
  const y = useStore(({ nodeLookup }) => nodeLookup.get(node)?.internals.positionAbsolute.y);
  const scale = useStore(({ transform }) => 1 / transform[2]);
  if (x === undefined || y === undefined) return null;
  return (
    <ul className={styles.badge} style={{ translate: `${x}px ${y}px`, scale }}>
      {working.map((one) => (
        <Badge key={one.agent.agentId} working={one} />
      ))}
    </ul>
  );
}

function Badge({ working: { agent, task, isEditing } }: { working: Working }) {
  const { presence } = useText().agents;
  const { name, icon, color } = agent;
  const isWaiting = task?.status === "WAITING";
  const says = isWaiting ? presence.waiting(name) : isEditing ? presence.editing(name) : presence.working(name);
  return (
    <li title={says} data-agent={name} style={{ background: color, color: inkOn(color) }}>
      <AgentIcon size="small" icon={icon} color={color} />
      <span aria-hidden="true">{name}</span>
      {isEditing && !isWaiting && <Pencil aria-hidden="true" />}
      <span className="visually-hidden">{says}</span>
    </li>
  );
}
