import { Vote } from "lucide-react";
import { useSyncExternalStore } from "react";

import { useProject } from "../../project/project.ts";
import { useText } from "../../text/index.ts";
import styles from "./CardVotes.module.css";
import { voteCounts } from "./counts.ts";

/** How many people find the answer of a card the best, where somebody does. */
export function CardVotes({ generation }: { generation: string }) {
  const { panel } = useText();
  const counts = voteCounts(useProject());
  const count = useSyncExternalStore(counts.listen, () => counts.of(generation));
  if (count === 0) return null;
  return (
    <span className={styles.votes} role="img" aria-label={panel.answer.votes(count)} title={panel.answer.votes(count)}>
      <Vote aria-hidden />
      {count}
    </span>
  );
}
