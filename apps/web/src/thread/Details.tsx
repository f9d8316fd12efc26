import { Info } from "lucide-react";

import { AnswerFacts } from "../panel/answer/AnswerFacts.tsx";
import type { Attempt } from "../panel/data/queries.ts";
import type { NodeView } from "../project/project.ts";
import { useText } from "../text/index.ts";
import { IconButton } from "../ui/Button.tsx";
import { Popover } from "../ui/Popover.tsx";
import styles from "./Thread.module.css";

/** Who answered, how long it took and what it cost, for those who want to know. */
export function Details({ node, attempts }: { node: NodeView; attempts: readonly Attempt[] | undefined }) {
  const { thread } = useText();
  return (
    <Popover
      title={thread.details}
      button={<IconButton size="small" label={thread.details} icon={<Info aria-hidden />} />}
    >
      <div className={styles.details}>
        <AnswerFacts node={node} attempts={attempts} />
      </div>
    </Popover>
  );
}
