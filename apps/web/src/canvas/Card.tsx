import { Handle, Position, useStoreApi, type NodeProps } from "@xyflow/react";
import { memo, use, type CSSProperties, type ReactNode } from "react";

import { isAsked, kindOf } from "../project/kinds.ts";
import type { NodeView } from "../sync/index.ts";
import { useText } from "../text/index.ts";
import { classes } from "../ui/classes.ts";
import { inkOn } from "../ui/ink.ts";
import { CardAnswer } from "./CardAnswer.tsx";
import styles from "./Card.module.css";
import { CardFooter } from "./CardFooter.tsx";
import { CardHeader } from "./CardHeader.tsx";
import { CardPrompt } from "./CardPrompt.tsx";
import { FarContext } from "./far.ts";
import { useMarks, type Mark } from "./marks.ts";
import { useNode } from "../project/project.ts";
import { useCanvas } from "../project/ui-state.ts";
import type { CardNode } from "./use-flow.ts";

/** A node on the canvas: its question, its answer, how it stands, and who is at it. */
export const Card = memo(function Card({ id, selected, isConnectable }: NodeProps<CardNode>) {
  const node = useNode(id);
  const light = useCanvas(({ lineage, cycle }) => {
    if (cycle?.nodes.has(id) === true) return "cycle";
    return lineage?.nodes.has(id) === true ? "lit" : "plain";
  });
  // What is deleted is drawn until the canvas has been told.
  return node === undefined ? null : <Drawn node={node} selected={selected} light={light} edit={isConnectable} />;
});

interface DrawnProps {
  node: NodeView;
  selected: boolean;
  light: "plain" | "lit" | "cycle";
  edit: boolean;
}

function Drawn({ node, selected, light, edit }: DrawnProps) {
  const { canvas } = useText();
  const isEditing = useCanvas((ui) => ui.editing === node.id) && edit;
  const farHeight = useFarHeight(node.id);
  const marks = useMarks(node.id);
  const first = marks[0];
  const style = {
    ...(first && { outlineColor: first.color }),
    ...(farHeight !== undefined && { minHeight: farHeight }),
    ...(node.color != null && { "--tint": node.color }),
  } as CSSProperties;
  return (
    <article
      className={classes(styles.card, selected && styles.selected, styles[light], styles[node.status.toLowerCase()])}
      style={style}
      data-marked={first !== undefined || undefined}
      data-node={node.id}
      data-status={node.status}
      data-kind={kindOf(node)}
      data-tinted={node.color != null || undefined}
      aria-label={canvas.cardName(
        titleOf(node),
        isAsked(node) ? canvas.status[node.status] : canvas.kind[kindOf(node)],
      )}
    >
      <Handle type="target" position={Position.Top} className={styles.handle} isConnectable={edit} aria-hidden />
      {first !== undefined && <Marks marks={marks} />}
      {farHeight !== undefined && !isEditing ? (
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

/** How high the card is kept while it is seen from afar, so that nothing jumps; undefined from near. */
function useFarHeight(id: string): number | undefined {
  const flow = useStoreApi();
  return use(FarContext) ? (flow.getState().nodeLookup.get(id)?.measured.height ?? 0) : undefined;
}

const TITLE_LETTERS_MAX = 60;

/** What a node is called where there is room for one line. */
export function titleOf({ title, prompt }: Pick<NodeView, "title" | "prompt">): string {
  if (title != null) return title;
  const line = prompt.trim().split("\n", 1)[0] ?? "";
  return line.length > TITLE_LETTERS_MAX ? `${line.slice(0, TITLE_LETTERS_MAX - 1)}…` : line;
}
