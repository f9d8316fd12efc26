import { Play, RotateCw } from "lucide-react";

import { useActions } from "../canvas/actions-context.ts";
import { Markdown } from "../markdown/Markdown.tsx";
import { matrixIn } from "../project/matrix.ts";
import { useGraph, useWriting, type NodeView } from "../project/project.ts";
import { titleOf } from "../project/title.ts";
import { useMay } from "../project/use-rights.ts";
import { showCanvas } from "../project/view.ts";
import { useCanvasStore } from "../project/ui-state.ts";
import { useText } from "../text/index.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { classes } from "../ui/classes.ts";
import styles from "./Matrix.module.css";

/** What is asked when somebody asks for the rest: cells without an answer, or with one that no longer holds. */
const isOpen = ({ status }: NodeView): boolean => status === "IDLE" || status === "STALE" || status === "ERROR";

/** A matrix as a table, its answers as they were meant. */
export function Table({ frame, onClose }: { frame: string; onClose: () => void }) {
  const { matrix: words } = useText();
  const graph = useGraph();
  const actions = useActions();
  const mayRun = useMay("runs:run");
  const matrix = matrixIn(graph, frame);
  if (matrix === null) return <p className={styles.hint}>{words.none}</p>;
  const { rows, columns, cells } = matrix;
  const open = cells.filter(isOpen);
  const answered = cells.filter(({ response }) => response !== null).length;
  return (
    <>
      <div className={styles.actions} data-keeps-focus>
        <span role="status" className={styles.hint}>
          {words.answered(answered, cells.length)}
        </span>
        {mayRun && open.length > 0 && (
          <Button
            size="small"
            look="primary"
            onClick={() => {
              for (const { id } of open) actions.generate(id);
            }}
          >
            {words.ask(open.length)}
          </Button>
        )}
      </div>
      <div className={styles.scroller} tabIndex={0} role="region" aria-label={words.table}>
        <table className={styles.table}>
          <thead>
            <tr>
              <td />
              {columns.map((column) => (
                <th key={column.id} scope="col">
                  {column.title ?? column.prompt}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.id}>
                <th scope="row">{row.title ?? row.prompt}</th>
                {columns.map((column) => (
                  <Cell key={column.id} node={matrix.cell(row.id, column.id)} onClose={onClose} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function Cell({ node, onClose }: { node: NodeView | undefined; onClose: () => void }) {
  const { matrix: words } = useText();
  return node === undefined ? (
    <td>
      <p className={styles.hint}>{words.empty}</p>
    </td>
  ) : (
    <td data-status={node.status}>
      <Answer node={node} onClose={onClose} />
    </td>
  );
}

function Answer({ node, onClose }: { node: NodeView; onClose: () => void }) {
  const { matrix: words, canvas, thread } = useText();
  const store = useCanvasStore();
  const actions = useActions();
  const mayRun = useMay("runs:run");
  const writing = useWriting(node.id);
  const text = writing?.text ?? node.response ?? "";
  const isIdle = node.status === "IDLE";
  const show = () => {
    showCanvas(store, node.id);
    onClose();
  };
  return (
    <>
      <header className={styles.cellHead}>
        <button
          type="button"
          className={classes(styles.status, styles[node.status.toLowerCase()])}
          title={`${thread.onCanvas}: ${titleOf(node, words.untitled)}`}
          onClick={show}
        >
          {canvas.status[node.status]}
        </button>
        {mayRun && node.status !== "GENERATING" && (
          <IconButton
            size="small"
            label={isIdle ? words.askOne : words.retry}
            icon={isIdle ? <Play aria-hidden /> : <RotateCw aria-hidden />}
            onClick={() => actions.generate(node.id)}
          />
        )}
      </header>
      {text !== "" && <Markdown text={text} live={writing !== undefined} />}
    </>
  );
}
