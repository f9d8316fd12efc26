import { Handle, Position, useStore, useStoreApi, type NodeProps } from "@xyflow/react";
import { memo, useMemo, type CSSProperties, type ReactNode } from "react";

import type { NodeView } from "../sync/index.ts";
import { useText } from "../text/index.ts";
import { classes } from "../ui/classes.ts";
import { inkOn } from "../ui/ink.ts";
import { CardAnswer } from "./CardAnswer.tsx";
import styles from "./Card.module.css";
import { CardFooter } from "./CardFooter.tsx";
import { CardHeader } from "./CardHeader.tsx";
import { CardPrompt } from "./CardPrompt.tsx";
import { useMarks, type Mark } from "./marks.ts";
import { useNode, useRights } from "./project.ts";
import { useCanvas } from "./ui-state.ts";
import type { CardNode } from "./use-flow.ts";

/** A node on the canvas: its question, its answer, how it stands, and who is at it. */
export const Card = memo(function Card({ id, selected }: NodeProps<CardNode>) {
  const node = useNode(id);
  const light = useCanvas(({ lineage, cycle }) => {
    if (cycle?.nodes.has(id) === true) return "cycle";
    return lineage?.nodes.has(id) === true ? "lit" : "plain";
  });
  // What is deleted is drawn until the canvas has been told.
  return node === undefined ? null : <Drawn node={node} selected={selected} light={light} />;
});

interface DrawnProps {
  node: NodeView;
  selected: boolean;
  light: "plain" | "lit" | "cycle";
}

function Drawn({ node, selected, light }: DrawnProps) {
  const { canvas } = useText();
  const { edit } = useRights();
  const isEditing = useCanvas((ui) => ui.editing === node.id) && edit;
  const { isFar, height } = useDistance(node.id);
  const marks = useMarks(node.id);
  const first = marks[0];
  const style: CSSProperties = { ...(first && { outlineColor: first.color }), ...(height !== undefined && { minHeight: height }) };
  return (
    <article
      className={classes(styles.card, selected && styles.selected, styles[light], styles[node.status.toLowerCase()])}
      style={style}
      data-marked={first !== undefined || undefined}
      data-node={node.id}
      data-status={node.status}
      aria-label={canvas.cardName(titleOf(node), canvas.status[node.status])}
    >
      <Handle type="target" position={Position.Top} className={styles.handle} isConnectable={edit} aria-hidden />
      <Marks marks={marks} />
      {isFar && !isEditing ? (
        <p className={styles.far}>{titleOf(node)}</p>
      ) : (
        <>
          <CardHeader node={node} />
          <CardPrompt node={node} isEditing={isEditing} />
          <CardAnswer node={node} selected={selected} />
          <CardFooter node={node} />
        </>
      )}
      <Handle type="source" position={Position.Bottom} className={styles.handle} isConnectable={edit} aria-hidden />
    </article>
  );
}

function Marks({ marks }: { marks: readonly Mark[] }): ReactNode {
  const { canvas } = useText();
  if (marks.length === 0) return null;
  return (
    <ul className={styles.marks}>
      {marks.map(({ s, name, color, editing }) => (
        <li key={s} style={{ background: color, color: inkOn(color) }}>
          {editing ? canvas.isEditing(name) : name}
        </li>
      ))}
    </ul>
  );
}

/** Below this, nothing but a title can be read or hit, and nothing else is drawn. */
const NEAR_ZOOM_MIN = 0.35;

/** Whether the card is seen from afar. It keeps the height that it had from near, so that nothing jumps. */
function useDistance(id: string): { isFar: boolean; height: number | undefined } {
  const isFar = useStore(({ transform }) => transform[2] < NEAR_ZOOM_MIN);
  const flow = useStoreApi();
  const height = useMemo(() => (isFar ? flow.getState().nodeLookup.get(id)?.measured.height : undefined), [isFar, flow, id]);
  return { isFar, height };
}

const TITLE_LETTERS_MAX = 60;

/** What a node is called where there is room for one line. */
export function titleOf({ prompt }: Pick<NodeView, "prompt">): string {
  const line = prompt.trim().split("\n", 1)[0] ?? "";
  return line.length > TITLE_LETTERS_MAX ? `${line.slice(0, TITLE_LETTERS_MAX - 1)}…` : line;
}
