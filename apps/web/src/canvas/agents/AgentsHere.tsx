import { useWorking, type Working } from "../../project/agents/news.ts";
import { useCanvas, useCanvasStore } from "../../project/ui-state.ts";
import { useText } from "../../text/index.ts";
import { AgentIcon } from "../../ui/AgentIcon.tsx";
import { classes } from "../../ui/classes.ts";
import { Tooltip } from "../../ui/Tooltip.tsx";
import styles from "./Agents.module.css";

const SHOWN_MAX = 4;

/** The agents of the project beside the people: grey without anything to do; pressing one at work follows it. */
export function AgentsHere() {
  const { presence } = useText().agents;
  const working = useWorking();
  if (working.length === 0) return null;
  const hidden = working.length - SHOWN_MAX;
  return (
    <ul className={styles.agents} aria-label={presence.list(working.length)}>
      {working.slice(0, SHOWN_MAX).map((one) => (
        <li key={one.agent.agentId}>{one.task === null ? <Idle working={one} /> : <Follow working={one} />}</li>
      ))}
      {hidden > 0 && <li className={styles.more}>+{hidden}</li>}
    </ul>
  );
}

function Idle({ working: { agent } }: { working: Working }) {
  const { presence } = useText().agents;
  return (
    <span className={styles.idle} title={presence.idle(agent.name)}>
      <AgentIcon size="small" icon={agent.icon} color={agent.color} isQuiet />
      <span className="visually-hidden">{presence.idle(agent.name)}</span>
    </span>
  );
}

function Follow({ working: { agent } }: { working: Working }) {
  const { presence } = useText().agents;
  const store = useCanvasStore();
  const isFollowed = useCanvas((ui) => ui.following === agent.agentId);
  const label = isFollowed ? presence.unfollow(agent.name) : presence.follow(agent.name);
  return (
    <Tooltip text={label}>
      <button
        type="button"
        aria-label={label}
        aria-pressed={isFollowed}
        className={classes(styles.agent, isFollowed && styles.followed)}
        onClick={() => store.setState({ following: isFollowed ? null : agent.agentId })}
      >
        <AgentIcon size="small" icon={agent.icon} color={agent.color} />
      </button>
    </Tooltip>
  );
}
