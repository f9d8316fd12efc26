import { memo } from "react";

import { useGraph, useNode } from "../../project/project.ts";
import { useText } from "../../text/index.ts";
import { titleOf } from "../../project/title.ts";
import { useBox } from "./boxes.ts";
import { Change } from "./Change.tsx";
import { edgePath } from "../../project/edge-path.ts";
import { useEnds } from "./Lines.tsx";
import { Mark } from "./Mark.tsx";
import { useProposer } from "./proposer.ts";
import styles from "./Proposals.module.css";
import type { EdgeMark, Move, NodeMark } from "./shape.ts";

/** A frame around a card that would change, struck through if it would go; its marks stand above its corner. */
export const MarkedNode = memo(function MarkedNode({ node, marks }: { node: string; marks: readonly NodeMark[] }) {
  const { proposals: words } = useText().canvas;
  const { name } = useProposer();
  const box = useBox(node);
  const about = titleOf(useNode(node) ?? { prompt: "" });
  if (box === null) return null;
  const isStruck = marks.some(({ change }) => change === null);
  const style = { translate: `${box.x}px ${box.y}px`, width: box.width, height: box.height };
  return (
    <div className={styles.frame} style={style} data-marked-node={node} data-struck={isStruck || undefined}>
      <div className={styles.marks}>
        {marks.map((mark) => {
          const { short, long } = mark.change === null ? words.remove : words.change;
          return (
            <Mark key={mark.item.number} proposal={mark} short={short} long={long(name)} about={about}>
              {mark.change !== null && <Change change={mark.change} />}
            </Mark>
          );
        })}
      </div>
    </div>
  );
});

/** The outline of a card where it would stand. */
export const MovedNode = memo(function MovedNode({ move }: { move: Move }) {
  const { proposals: words } = useText().canvas;
  const { name } = useProposer();
  const box = useBox(move.node);
  const title = titleOf(useNode(move.node) ?? { prompt: "" });
  if (box === null) return null;
  const style = { translate: `${move.x}px ${move.y}px`, width: box.width, height: box.height };
  return (
    <div className={styles.outline} style={style} data-moved-node={move.node}>
      <p>{title}</p>
      <div className={styles.marks}>
        <Mark proposal={move} short={words.move.short} long={words.move.long(name, move.count)} about={title} />
      </div>
    </div>
  );
});

/** In the middle of an edge that would carry something else, or go. */
export const MarkedEdge = memo(function MarkedEdge({ mark }: { mark: EdgeMark }) {
  const { canvas } = useText();
  const { proposals: words } = canvas;
  const { name } = useProposer();
  const { sourceId, targetId } = useGraph().edges.get(mark.edge) ?? { sourceId: "", targetId: "" };
  const { from, to } = useEnds({ sourceId, targetId });
  if (from === null || to === null) return null;
  const { path, x, y } = edgePath(from, to);
  const policy = mark.policy === null ? "" : canvas.policy[mark.policy];
  const [short, long] =
    mark.policy === null
      ? [words.disconnect.short, words.disconnect.long(name)]
      : [words.carry.short(policy), words.carry.long(name, policy)];
  return (
    <>
      {mark.policy === null && (
        <svg className={styles.struck} width="1" height="1" aria-hidden="true">
          <path d={path} />
        </svg>
      )}
      <div className={styles.middle} style={{ translate: `${x}px ${y}px` }} data-marked-edge={mark.edge}>
        <Mark proposal={mark} short={short} long={long} />
      </div>
    </>
  );
});
