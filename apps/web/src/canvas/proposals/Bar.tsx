import { getViewportForBounds, Panel, useReactFlow } from "@xyflow/react";

import { CHANGES_WINDOW, useDecide, type SetWithItems } from "../../project/changes/queries.ts";
import { useCanvasStore } from "../../project/ui-state.ts";
import { useMay } from "../../project/use-rights.ts";
import { useText } from "../../text/index.ts";
import { AgentIcon } from "../../ui/AgentIcon.tsx";
import { Button } from "../../ui/Button.tsx";
import { boundsOf, type Box } from "../../project/sizes.ts";
import { glide } from "../sight.ts";
import { ZOOM_MIN } from "../viewport.ts";
import { boxOf } from "./boxes.ts";
import { tellLeft } from "./Decide.tsx";
import { useProposerOf } from "./proposer.ts";
import styles from "./Proposals.module.css";
import { drawingOf, isWaiting } from "./shape.ts";

/** More than this would cover the canvas; all of them are in the list. */
const SETS_MAX = 2;
const GLIDE_MS = 300;
/** The bar itself covers the upper edge, and the first card's mark stands above it. */
const ROOM = { top: "130px", right: "32px", bottom: "48px", left: "32px" } as const;

/** Says that something waits, also where it stands out of sight, and decides about all of a set. */
export function Bar({ sets }: { sets: readonly SetWithItems[] }) {
  const { proposals: words } = useText().canvas;
  const store = useCanvasStore();
  return (
    <Panel position="top-center" className={styles.bar ?? ""}>
      <ul aria-label={words.title}>
        {sets.slice(-SETS_MAX).map((set) => (
          <OneSet key={set.id} set={set} />
        ))}
      </ul>
      {sets.length > SETS_MAX && (
        <Button size="small" look="quiet" onClick={() => store.setState({ open: CHANGES_WINDOW })}>
          {words.list}
        </Button>
      )}
    </Panel>
  );
}

function OneSet({ set }: { set: SetWithItems }) {
  const { canvas, panel } = useText();
  const mayDecide = useMay("graph:write");
  const { name, icon, color } = useProposerOf(set);
  const decide = useDecide(set.id, tellLeft);
  const show = useShow(set);
  const count = set.items.filter(isWaiting).length;
  if (count === 0) return null;
  return (
    <li>
      <AgentIcon size="small" icon={icon} color={color} />
      <span className={styles.says}>{canvas.proposals.of(name, count)}</span>
      <span className={styles.decide}>
        <Button size="small" look="quiet" onClick={show}>
          {canvas.proposals.show}
        </Button>
        {mayDecide && (
          <>
            <Button size="small" busy={decide.isPending} onClick={() => decide.mutate({ how: "accept" })}>
              {panel.changeSets.all.accept}
            </Button>
            <Button size="small" busy={decide.isPending} onClick={() => decide.mutate({ how: "reject" })}>
              {panel.changeSets.all.reject}
            </Button>
          </>
        )}
      </span>
    </li>
  );
}

/** Goes to where the proposals of a set stand. */
function useShow(set: SetWithItems): () => void {
  const flow = useReactFlow();
  return () => {
    const { ghosts, moves, nodeMarks, edgeMarks, lines } = drawingOf(set);
    const ends = edgeMarks
      .map(({ edge }) => flow.getEdge(edge))
      .flatMap((edge) => (edge ? [edge.source, edge.target] : []));
    const nodes = [...ends, ...nodeMarks.map(({ node }) => node), ...lines.map(({ targetId }) => targetId)];
    const cards = [...nodes, ...moves.map(({ node }) => node)].flatMap((id) => boxOf(flow.getInternalNode(id)) ?? []);
    const boxes = [...ghosts.map(({ box }) => box), ...cards, ...moves.flatMap((move) => movedBox(move, cards))];
    const canvas = document.querySelector(".react-flow")?.getBoundingClientRect();
    if (boxes.length === 0 || canvas === undefined) return;
    const view = getViewportForBounds(boundsOf(boxes), canvas.width, canvas.height, ZOOM_MIN, 1, ROOM);
    void flow.setViewport(view, { duration: glide(GLIDE_MS) });
  };
}

function movedBox({ node, x, y }: { node: string; x: number; y: number }, cards: readonly Box[]): Box[] {
  const card = cards.find(({ id }) => id === node);
  return card === undefined ? [] : [{ ...card, x, y }];
}
