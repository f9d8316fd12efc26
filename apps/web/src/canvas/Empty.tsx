import { MousePointerClick } from "lucide-react";

import { useText } from "../text/index.ts";
import { useMay } from "../project/use-rights.ts";
import styles from "./Empty.module.css";
import { useProposals } from "../project/changes/queries.ts";
import { useGraph } from "../project/project.ts";

/** What to do first, where there is nothing yet. */
export function Empty() {
  const { canvas } = useText();
  const edit = useMay("graph:write");
  const { nodes } = useGraph();
  const isProposed = useProposals().length > 0;
  if (nodes.size > 0 || isProposed) return null;
  return (
    <div className={styles.empty}>
      <MousePointerClick aria-hidden />
      <h2>{edit ? canvas.emptyTitle : canvas.emptyViewer}</h2>
      {edit && <p>{canvas.emptyText}</p>}
    </div>
  );
}
