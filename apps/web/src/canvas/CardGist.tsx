import { isAsked } from "../project/kinds.ts";
import { useGraph, useWriting } from "../project/project.ts";
import { hiddenBy, shapeOf } from "../project/graph.ts";
import { useCanvas } from "../project/ui-state.ts";
import type { NodeView } from "../sync/index.ts";
import { useText } from "../text/index.ts";
import styles from "./Card.module.css";
import { AnswerVotes } from "./votes/AnswerVotes.tsx";
import { titleOf } from "../project/title.ts";

/** More than this is not seen of a card from some way off. */
const GIST_LETTERS_MAX = 280;

/** What can be read of a card from far away: what it is called, how it stands, and how much is folded away below it. */
export function CardTitle({ node }: { node: NodeView }) {
  return (
    <div className={styles.far}>
      <p className={styles.farTitle}>
        <Folded id={node.id} />
        {titleOf(node)}
      </p>
    </div>
  );
}

/** From some way off: also what it says in short, and who said it. */
export function CardGist({ node }: { node: NodeView }) {
  const writing = useWriting(node.id);
  const said = isAsked(node) ? (node.summary ?? writing?.text ?? node.response ?? "") : afterTitle(node);
  return (
    <div className={styles.gist}>
      <p className={styles.gistTitle}>
        <Folded id={node.id} />
        {titleOf(node)}
      </p>
      {said !== "" && <p className={styles.gistText}>{plain(said)}</p>}
      {node.llmModel !== null && (
        <p className={styles.gistModel}>
          {node.llmModel} <AnswerVotes node={node} />
        </p>
      )}
    </div>
  );
}

/** What a note says below what it is called. */
function afterTitle({ title, prompt }: NodeView): string {
  if (title != null && title !== "") return prompt;
  const [, ...rest] = prompt.trimStart().split("\n");
  return rest.join("\n");
}

function Folded({ id }: { id: string }) {
  const { canvas } = useText();
  const isFolded = useCanvas((ui) => ui.collapsed.has(id));
  const graph = useGraph();
  const count = isFolded ? hiddenBy(shapeOf(graph), new Set([id])).size : 0;
  if (count === 0) return null;
  return (
    <span className={styles.folded} title={canvas.unfold(count)}>
      +{count}
    </span>
  );
}

/** The words of a text, without the signs that say how it is set. */
export const plain = (markdown: string): string =>
  markdown
    .slice(0, 2 * GIST_LETTERS_MAX)
    .replace(/[\s|:-]*-{3,}[\s|:-]*/g, "\n")
    .replace(/^\s*(?:#+|[-*>]|\d+\.)\s+/gm, "")
    .replace(/[*_`|]+/g, "")
    .replace(/\s+/g, " ")
    .trim()
    .slice(0, GIST_LETTERS_MAX);
