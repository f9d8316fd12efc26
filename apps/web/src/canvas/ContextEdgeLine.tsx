import { Unlink } from "lucide-react";
import { BaseEdge, EdgeLabelRenderer, useStore, type EdgeProps } from "@xyflow/react";
import { memo, use, useSyncExternalStore } from "react";

import type { EdgePolicy } from "../sync/index.ts";
import { edgePath } from "../project/edge-path.ts";
import { CARD_WIDTH, type Area } from "../project/sizes.ts";
import { useMay } from "../project/use-rights.ts";
import { useText } from "../text/index.ts";
import { classes } from "../ui/classes.ts";
import { Segments } from "../ui/Segments.tsx";
import { useActions } from "./actions-context.ts";
import { titleOf } from "../project/title.ts";
import styles from "./ContextEdgeLine.module.css";
import { DetailContext, isFar } from "./detail.ts";
import { useProject } from "../project/project.ts";
import { useCanvas } from "../project/ui-state.ts";
import { nameOfEdge, type ContextEdge } from "./use-flow.ts";

/** How near to a line the pointer has to be. From afar nobody could say which of the lines they meant. */
const HIT_WIDTH = 24;
const POLICIES: readonly EdgePolicy[] = ["FULL", "SUMMARY", "EXCLUDE"];

/** An edge says by its line how much of the answer it carries: all, a summary, nothing. */
export const ContextEdgeLine = memo(function ContextEdgeLine({
  id,
  source,
  target,
  data,
  selected,
  ...ends
}: EdgeProps<ContextEdge>) {
  const light = useCanvas(({ lineage, cycle }) => {
    if (cycle?.edges.has(id) === true) return "cycle";
    return lineage?.edges.has(id) === true ? "lit" : "plain";
  });
  const project = useProject();
  const widthOf = (end: string) => project.node(end)?.width ?? CARD_WIDTH;
  const { path, x, y } = edgePath(
    cardAt(ends.sourceX, ends.sourceY, widthOf(source)),
    cardAt(ends.targetX, ends.targetY, widthOf(target)),
  );
  const policy = data?.policy ?? "FULL";
  const far = isFar(use(DetailContext));
  return (
    <>
      <Name id={id} source={source} target={target} />
      <BaseEdge
        path={path}
        interactionWidth={far ? 0 : HIT_WIDTH}
        className={classes(styles.line, styles[policy.toLowerCase()], styles[light], selected && styles.selected)}
      />
      {(selected === true || policy !== "FULL") && (
        <EdgeLabelRenderer>
          <div
            className={`nodrag nopan ${styles.label ?? ""}`}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
          >
            <Policy id={id} policy={policy} isOpen={selected === true} />
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

/** Where a card is by the middle of its side at which an edge ends. */
const cardAt = (middle: number, y: number, width: number): Area => ({ x: middle - width / 2, y, width, height: 0 });

/** What the edge is called where it cannot be seen. */
function Name({ id, source, target }: { id: string; source: string; target: string }) {
  const { canvas } = useText();
  const project = useProject();
  const name = useSyncExternalStore(project.onChange, () => {
    const nameOf = (id: string) => titleOf(project.node(id) ?? { prompt: "" }) || canvas.emptyPrompt;
    return canvas.edgeName(nameOf(source), nameOf(target));
  });
  return <title id={nameOfEdge(id)}>{name}</title>;
}

function Policy({ id, policy, isOpen }: { id: string; policy: EdgePolicy; isOpen: boolean }) {
  const { canvas } = useText();
  const edit = useMay("graph:write");
  const actions = useActions();
  const zoom = useStore((flow) => (isOpen ? Math.min(1, flow.transform[2]) : 1));
  if (!isOpen || !edit) return <span className={styles.badge}>{canvas.policy[policy]}</span>;
  return (
    // As large on the screen as ever, however far away the canvas is.
    <div className={styles.choices} style={{ transform: `scale(${1 / zoom})` }}>
      <Segments
        label={canvas.policyOf}
        value={policy}
        options={POLICIES.map((each) => [each, canvas.policy[each]])}
        onChange={(chosen) => actions.setPolicy([id], chosen)}
      />
      <button
        type="button"
        aria-label={canvas.disconnect}
        title={canvas.disconnect}
        onClick={() => actions.remove(new Set(), new Set([id]))}
      >
        <Unlink aria-hidden />
      </button>
    </div>
  );
}
