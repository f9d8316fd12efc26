import { NodeResizer, type NodeProps, type ResizeParams } from "@xyflow/react";
import { Table2 } from "lucide-react";
import { memo, type CSSProperties } from "react";

import { frameSize } from "../project/kinds.ts";
import { matrixIn, MATRIX_TABLE } from "../project/matrix.ts";
import { useGraph, useNode } from "../project/project.ts";
import { useCanvasStore } from "../project/ui-state.ts";
import { useMay } from "../project/use-rights.ts";
import { useText } from "../text/index.ts";
import { Button } from "../ui/Button.tsx";
import { classes } from "../ui/classes.ts";
import { useActions } from "./actions-context.ts";
import styles from "./Frame.module.css";
import type { CardNode } from "./use-flow.ts";

const SIZE_MIN = 160;

/** A region of the canvas with a name; what it holds moves with it. */
export const Frame = memo(function Frame({ id, selected }: NodeProps<CardNode>) {
  const node = useNode(id);
  const edit = useMay("graph:write");
  const actions = useActions();
  const { canvas } = useText();
  if (node === undefined) return null;
  const title = node.title ?? canvas.frame;
  const style = { ...frameSize(node), ...(node.color != null && { "--tint": node.color }) } as CSSProperties;
  const resized = (_: unknown, { x, y, width, height }: ResizeParams) => actions.resize(id, { x, y, width, height });
  return (
    <section
      className={classes(styles.frame, selected && styles.selected)}
      style={style}
      data-node={id}
      data-kind="FRAME"
      aria-label={canvas.frameName(title)}
    >
      <NodeResizer
        isVisible={selected && edit}
        minWidth={SIZE_MIN}
        minHeight={SIZE_MIN}
        onResizeEnd={resized}
        color="var(--accent)"
      />
      <h3 className={styles.title}>{title}</h3>
      {selected && <TableButton id={id} />}
    </section>
  );
});

/** A frame that is a matrix can be read as a table. */
function TableButton({ id }: { id: string }) {
  const { matrix } = useText();
  const store = useCanvasStore();
  const isMatrix = matrixIn(useGraph(), id) !== null;
  if (!isMatrix) return null;
  return (
    <Button
      size="small"
      className={`nodrag ${styles.table ?? ""}`}
      onClick={() => store.setState({ open: MATRIX_TABLE, selection: new Set([id]) })}
    >
      <Table2 aria-hidden />
      {matrix.table}
    </Button>
  );
}
