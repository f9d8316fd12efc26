import { Markdown } from "../markdown/Markdown.tsx";
import type { NodeView } from "../sync/index.ts";
import { useText } from "../text/index.ts";
import styles from "./Card.module.css";
import { useWriting } from "../project/project.ts";

/** The answer, or what has been written of it so far. */
export function CardAnswer({ node, selected }: { node: NodeView; selected: boolean }) {
  const { canvas } = useText();
  const writing = useWriting(node.id);
  const text = writing?.text ?? node.response;
  if (text === null || (text === "" && writing === undefined)) return null;
  // A selected card scrolls under the wheel; others let the canvas move.
  const scrolls = selected ? "nowheel nopan" : "";
  return (
    <div className={`${styles.answer ?? ""} ${scrolls}`} data-live={writing !== undefined || undefined}>
      {text === "" && <p className={styles.waiting}>{canvas.waiting}</p>}
      <Markdown text={text} live={writing !== undefined} />
    </div>
  );
}
