import { BaseEdge, EdgeLabelRenderer, getBezierPath, useStore, type EdgeProps } from "@xyflow/react";
import { memo } from "react";

import type { EdgePolicy, NodeView } from "../sync/index.ts";
import { useText } from "../text/index.ts";
import { classes } from "../ui/classes.ts";
import { useActions } from "./actions-context.ts";
import { titleOf } from "./Card.tsx";
import styles from "./ContextEdgeLine.module.css";
import { NEAR_ZOOM_MIN } from "./places.ts";
import { useNode, useRights } from "./project.ts";
import { useCanvas } from "./ui-state.ts";
import { nameOfEdge, type ContextEdge } from "./use-flow.ts";

/** How near to a line the pointer has to be. From afar nobody could say which of the lines they meant. */
const HIT_WIDTH = 24;
const POLICIES: readonly EdgePolicy[] = ["FULL", "SUMMARY", "EXCLUDE"];

/** An edge says by its line how much of the answer it carries: all, a summary, nothing. */
export const ContextEdgeLine = memo(function ContextEdgeLine({ id, source, target, data, selected, ...ends }: EdgeProps<ContextEdge>) {
  const light = useCanvas(({ lineage, cycle }) => {
    if (cycle?.edges.has(id) === true) return "cycle";
    if (lineage === null) return "plain";
    return lineage.edges.has(id) ? "lit" : "dim";
  });
  const [path, x, y] = getBezierPath(ends);
  const policy = data?.policy ?? "FULL";
  const isFar = useStore(({ transform }) => transform[2] < NEAR_ZOOM_MIN);
  return (
    <>
      <Name id={id} source={source} target={target} />
      <BaseEdge
        path={path}
        interactionWidth={isFar ? 0 : HIT_WIDTH}
        className={classes(styles.line, styles[policy.toLowerCase()], styles[light], selected && styles.selected)}
      />
      {(selected === true || policy !== "FULL") && (
        <EdgeLabelRenderer>
          <div className={`nodrag nopan ${styles.label ?? ""}`} style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}>
            <Policy id={id} policy={policy} isOpen={selected === true} />
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

/** What the edge is called where it cannot be seen. */
function Name({ id, source, target }: { id: string; source: string; target: string }) {
  const { canvas } = useText();
  const nameOf = (node: NodeView | undefined) => (node === undefined ? "" : titleOf(node)) || canvas.emptyPrompt;
  return <title id={nameOfEdge(id)}>{canvas.edgeName(nameOf(useNode(source)), nameOf(useNode(target)))}</title>;
}

function Policy({ id, policy, isOpen }: { id: string; policy: EdgePolicy; isOpen: boolean }) {
  const { canvas } = useText();
  const { edit } = useRights();
  const actions = useActions();
  if (!isOpen || !edit) return <span className={styles.badge}>{canvas.policy[policy]}</span>;
  return (
    <div role="radiogroup" aria-label={canvas.policyOf} className={styles.choices}>
      {POLICIES.map((other) => (
        <button key={other} type="button" role="radio" aria-checked={other === policy} onClick={() => actions.setPolicy([id], other)}>
          {canvas.policy[other]}
        </button>
      ))}
      <button type="button" aria-label={canvas.disconnect} title={canvas.disconnect} onClick={() => actions.remove(new Set(), new Set([id]))}>
        ×
      </button>
    </div>
  );
}
