import { Handle, NodeResizeControl, Position, type NodeProps, type ResizeParams } from "@xyflow/react";
import { memo, use, type CSSProperties, type ReactNode } from "react";

import { soonComponent } from "../ui/late.ts";
import { kindOf } from "../project/kinds.ts";
import { CARD_HEIGHT_MIN, CARD_WIDTH_MIN } from "../project/sizes.ts";
import type { NodeView } from "../sync/index.ts";
import { useText } from "../text/index.ts";
import { classes } from "../ui/classes.ts";
import { inkOn } from "../ui/ink.ts";
import { matches } from "./filter/matching.ts";
import { useActions } from "./actions-context.ts";
import { CardAnswer } from "./CardAnswer.tsx";
import styles from "./Card.module.css";
import { CardFooter } from "./CardFooter.tsx";
import { CardHeader } from "./CardHeader.tsx";
import { CardGist, CardTitle } from "./CardGist.tsx";
import { CardPrompt } from "./CardPrompt.tsx";
import { titleOf } from "../project/title.ts";
import { DetailContext, type Detail } from "./detail.ts";
import { useMarks, type Mark } from "./marks.ts";
import { useStanding } from "./standing.ts";
import { useNode } from "../project/project.ts";
import { useCanvas } from "../project/ui-state.ts";
import type { CardNode } from "./use-flow.ts";

const NodeFiles = soonComponent(async () => (await import("../project/files/NodeFiles.tsx")).NodeFiles);

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
  const isDimmed = useCanvas((ui) => !matches(node, ui.filter));
  const detail = use(DetailContext);
  const marks = useMarks(node.id);
  const standing = useStanding(node);
  const first = marks[0];
  const style = {
    ...(first && { outlineColor: first.color }),
    ...(node.color != null && { "--tint": node.color }),
  } as CSSProperties;
  return (
    <article
      className={classes(styles.card, selected && styles.selected, styles[light], styles[node.status.toLowerCase()])}
      style={style}
      data-marked={first !== undefined || undefined}
      data-editing={isEditing || undefined}
      data-dimmed={isDimmed || undefined}
      data-node={node.id}
      data-status={node.status}
      data-kind={kindOf(node)}
      data-tinted={node.color != null || undefined}
      aria-label={canvas.cardName(titleOf(node), standing)}
    >
      <Handle type="target" position={Position.Top} className={styles.handle} isConnectable={edit} aria-hidden />
      {first !== undefined && <Marks marks={marks} />}
      <Body node={node} selected={selected} isEditing={isEditing} detail={isEditing ? "all" : detail} />
      {selected && edit && detail === "all" && <Corner id={node.id} />}
      <Handle type="source" position={Position.Bottom} className={styles.handle} isConnectable={edit} aria-hidden />
    </article>
  );
}

interface BodyProps {
  node: NodeView;
  selected: boolean;
  isEditing: boolean;
  detail: Detail;
}

/** As much of a node as can be read from where it is seen. */
function Body({ node, selected, isEditing, detail }: BodyProps): ReactNode {
  const { attachments = [] } = node;
  const isMedia = node.kind === "MEDIA";
  const files = attachments.length > 0 && <NodeFiles node={node.id} files={attachments} isLarge={isMedia} />;
  switch (detail) {
    case "name":
      return <p className={styles.far} />;
    case "title":
      return <CardTitle node={node} />;
    case "gist":
      return <CardGist node={node} />;
    case "all":
      return (
        <>
          <CardHeader node={node} />
          {node.title != null && <h3 className={styles.title}>{node.title}</h3>}
          {isMedia && files}
          <CardPrompt node={node} isEditing={isEditing} />
          <CardTags tags={node.tags ?? []} />
          {!isMedia && files}
          <CardAnswer node={node} selected={selected} />
          <CardFooter node={node} selected={selected} />
        </>
      );
  }
}

function CardTags({ tags }: { tags: readonly string[] }): ReactNode {
  const { canvas } = useText();
  if (tags.length === 0) return null;
  return (
    <ul className={styles.tags} aria-label={canvas.tags}>
      {tags.map((tag) => (
        <li key={tag}>{tag}</li>
      ))}
    </ul>
  );
}

/** By its corner a card is made larger or smaller, for everybody. */
function Corner({ id }: { id: string }) {
  const actions = useActions();
  const resized = (_: unknown, { x, y, width, height }: ResizeParams) => actions.resize(id, { x, y, width, height });
  return (
    <NodeResizeControl
      position="bottom-right"
      minWidth={CARD_WIDTH_MIN}
      minHeight={CARD_HEIGHT_MIN}
      className={styles.corner ?? ""}
      onResizeEnd={resized}
    />
  );
}

function Marks({ marks }: { marks: readonly Mark[] }): ReactNode {
  const { canvas } = useText();
  return (
    <ul className={styles.marks}>
      {marks.map(({ s, name, color, editing, typing }) => (
        <li key={s} style={{ background: color, color: inkOn(color) }}>
          {editing ? canvas.isEditing(name, typing ?? "") : name}
        </li>
      ))}
    </ul>
  );
}
