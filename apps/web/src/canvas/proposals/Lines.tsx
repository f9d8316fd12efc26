import { memo } from "react";

import { useText } from "../../text/index.ts";
import { edgePath } from "../../project/edge-path.ts";
import type { Box } from "../../project/sizes.ts";
import { useBox } from "./boxes.ts";
import { Mark } from "./Mark.tsx";
import { useProposer } from "./proposer.ts";
import styles from "./Proposals.module.css";
import type { Line, Move } from "./shape.ts";

/** The edges that would be made, and where cards would go, behind the cards. */
export function Lines({ lines, moves }: { lines: readonly Line[]; moves: readonly Move[] }) {
  return (
    <svg className={styles.lines} width="1" height="1" aria-hidden="true">
      {lines.map((line) => (
        <EdgeLine key={line.id} line={line} />
      ))}
      {moves.map((move) => (
        <Way key={`${move.item.number} ${move.node}`} move={move} />
      ))}
    </svg>
  );
}

const EdgeLine = memo(function EdgeLine({ line }: { line: Line }) {
  const { from, to } = useEnds(line);
  return from === null || to === null ? null : <path d={edgePath(from, to).path} data-line={line.id} />;
});

const Way = memo(function Way({ move: { node, x, y } }: { move: Move }) {
  const box = useBox(node);
  if (box === null) return null;
  const [right, down] = [box.width / 2, box.height / 2];
  return <path className={styles.way} d={`M${box.x + right} ${box.y + down}L${x + right} ${y + down}`} />;
});

/** In the middle of an edge that is proposed by itself. */
export const LineMark = memo(function LineMark({ line }: { line: Line }) {
  const { proposals: words } = useText().canvas;
  const { name } = useProposer();
  const { from, to } = useEnds(line);
  if (from === null || to === null) return null;
  const { x, y } = edgePath(from, to);
  return (
    <div className={styles.middle} style={{ translate: `${x}px ${y}px` }}>
      <Mark proposal={line} short={words.connect.short} long={words.connect.long(name)} />
    </div>
  );
});

interface Ends {
  readonly sourceId: string;
  readonly targetId: string;
}

export function useEnds({ sourceId, targetId }: Ends): { from: Box | null; to: Box | null } {
  return { from: useBox(sourceId), to: useBox(targetId) };
}
