import { useStore, ViewportPortal } from "@xyflow/react";
import { useMemo, type CSSProperties, type ReactNode } from "react";

import { useProposals, type SetWithItems } from "../../project/changes/queries.ts";
import { useGraph } from "../../project/project.ts";
import { useText } from "../../text/index.ts";
import { Bar } from "./Bar.tsx";
import { GhostsContext } from "./boxes.ts";
import { GhostCard } from "./Ghost.tsx";
import { LineMark, Lines } from "./Lines.tsx";
import { MarkedEdge, MarkedNode, MovedNode } from "./Marks.tsx";
import { ProposerContext, useProposerOf } from "./proposer.ts";
import styles from "./Proposals.module.css";
import { drawingOf, standing, type NodeMark } from "./shape.ts";

/**
 * What waits for somebody's word, where it would be. It is drawn over the canvas and is no part of it: nothing of it can
 * be selected, copied or undone, or is counted among the cards.
 */
export function Proposals() {
  const sets = useProposals();
  if (sets.length === 0) return null;
  return (
    <>
      <Bar sets={sets} />
      <ViewportPortal>
        <Layer>
          {sets.map((set) => (
            <Drawn key={set.id} set={set} />
          ))}
        </Layer>
      </ViewportPortal>
    </>
  );
}

/** What is read at any distance is told how to keep its size. */
function Layer({ children }: { children: ReactNode }) {
  const { proposals: words } = useText().canvas;
  const unscaled = useStore(({ transform }) => 1 / transform[2]);
  return (
    <section className={styles.layer} aria-label={words.title} style={{ "--unscaled": unscaled } as CSSProperties}>
      {children}
    </section>
  );
}

function Drawn({ set }: { set: SetWithItems }) {
  const graph = useGraph();
  const { name, icon, color } = useProposerOf(set);
  const proposer = useMemo(() => ({ name, icon, color }), [name, icon, color]);
  const whole = useMemo(() => drawingOf(set), [set]);
  const boxes = useMemo(() => new Map(whole.ghosts.map(({ box }) => [box.id, box])), [whole]);
  const marked = useMemo(() => byNode(whole.nodeMarks), [whole]);
  const { ghosts, lines, moves, edgeMarks } = standing(whole, graph);
  return (
    <ProposerContext value={proposer}>
      <GhostsContext value={boxes}>
        <div style={{ "--proposer": color } as CSSProperties}>
          <Lines lines={lines} moves={moves} />
          {ghosts.map((ghost) => (
            <GhostCard key={ghost.box.id} ghost={ghost} />
          ))}
          {moves.map((move) => (
            <MovedNode key={`${move.item.number} ${move.node}`} move={move} />
          ))}
          {[...marked].map(([node, marks]) => (
            <MarkedNode key={node} node={node} marks={marks} />
          ))}
          {lines.map((line) => !line.isOfNode && <LineMark key={line.id} line={line} />)}
          {edgeMarks.map((mark) => (
            <MarkedEdge key={mark.item.number} mark={mark} />
          ))}
        </div>
      </GhostsContext>
    </ProposerContext>
  );
}

function byNode(marks: readonly NodeMark[]): ReadonlyMap<string, readonly NodeMark[]> {
  const groups = new Map<string, NodeMark[]>();
  for (const mark of marks) groups.set(mark.node, [...(groups.get(mark.node) ?? []), mark]);
  return groups;
}
