import { Link } from "wouter";

import { AGENTS_TAB } from "../../project/agents/tab.ts";
import { lastOf } from "../../project/last.ts";
import { TAB_PARAMETER } from "../../project/ui-state.ts";
import { useUser } from "../../session/use-session.ts";
import { useText } from "../../text/index.ts";
import styles from "./Agents.module.css";

/** The way back to the project from which somebody came to make an agent, where it is added. */
export function BackToProject() {
  const { agents } = useText();
  const last = lastOf(useUser().id);
  if (last === null) return null;
  return (
    <Link className={styles.back} href={`/projects/${last.id}?${TAB_PARAMETER}=${AGENTS_TAB}`}>
      ← {agents.backTo(last.name)}
    </Link>
  );
}
