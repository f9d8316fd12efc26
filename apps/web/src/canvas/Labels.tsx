import { ViewportPortal } from "@xyflow/react";
import { useMemo } from "react";

import { hiddenBy, shapeOf } from "../project/graph.ts";
import { isFrame } from "../project/kinds.ts";
import { useGraph } from "../project/project.ts";
import { boxOf } from "../project/sizes.ts";
import { useCanvas } from "../project/ui-state.ts";
import type { CanvasGraph } from "../sync/index.ts";
import { useText } from "../text/index.ts";
import { useDetail, useTextScale } from "./detail.ts";
import { labelsOf, type Named } from "./labels.ts";
import styles from "./Labels.module.css";
import { titleOf } from "../project/title.ts";

/** The names of cards that are too small to hold them. */
export function Labels() {
  return useDetail() === "name" ? <Drawn /> : null;
}

function Drawn() {
  const { canvas } = useText();
  const graph = useGraph();
  const collapsed = useCanvas((ui) => ui.collapsed);
  const scale = useTextScale(FINE_STEP);
  const labels = useMemo(
    () => labelsOf(namedIn(graph, collapsed, canvas.frame), scale),
    [graph, collapsed, canvas, scale],
  );
  return (
    <ViewportPortal>
      <div aria-hidden="true">
        {labels.map(({ id, x, y, width, height, lines, under }) => {
          const node = graph.nodes.get(id);
          if (node === undefined) return null;
          return (
            <p
              key={id}
              className={styles.label}
              data-label={id}
              data-under={under}
              data-lines={lines}
              style={{
                translate: `${x}px ${y}px`,
                width,
                height,
                fontSize: (height / lines) * LETTER_SHARE,
                lineHeight: `${height / lines}px`,
                WebkitLineClamp: lines,
              }}
            >
              {under > 0 && <span className={styles.under}>+{under}</span>}
              {titleOf(node) || canvas.frame}
            </p>
          );
        })}
      </div>
    </ViewportPortal>
  );
}

/** How high letters are in their line: 12 pixels at the least. */
const LETTER_SHARE = 0.91;
/** Where there is so little room, names are not drawn larger than they have to be. */
const FINE_STEP = 1.02;

/** More than any card has that follows from it. */
const ROOT = 10_000;

/** Frames first, since they name what they hold; then where something begins, and where it branches most. */
function namedIn(graph: CanvasGraph, collapsed: ReadonlySet<string>, frame: string): Named[] {
  const shape = shapeOf(graph);
  const hidden = hiddenBy(shape, collapsed);
  const foldedBy = (id: string) => (collapsed.has(id) ? hiddenBy(shape, new Set([id])).size : 0);
  return Array.from(graph.nodes.values())
    .filter(({ id }) => !hidden.has(id))
    .map((node) => ({
      ...boxOf(node),
      title: titleOf(node) || (isFrame(node) ? frame : ""),
      parents: (shape.into.get(node.id) ?? []).map(({ sourceId }) => sourceId),
      folded: foldedBy(node.id),
      weight: isFrame(node) ? Infinity : (shape.into.has(node.id) ? 0 : ROOT) + (shape.from.get(node.id)?.length ?? 0),
    }));
}
