import { applyNodeChanges, Position, type Edge, type Node, type NodeChange } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useState } from "react";

import type { CanvasGraph, Changes, EdgePolicy, NodeView } from "../sync/index.ts";
import { useMay } from "../project/use-rights.ts";
import type { Actions } from "./actions.ts";
import { CARD_WIDTH, expectedHeight } from "../project/places.ts";
import { useGraph, useProject } from "../project/project.ts";
import { hiddenBy, shapeOf } from "../project/graph.ts";
import { frameSize, isFrame } from "../project/kinds.ts";
import { useCanvas, useCanvasStore, type CanvasUi } from "../project/ui-state.ts";

export type CardNode = Node<Record<string, never>, "card" | "frame">;
export type ContextEdge = Edge<{ policy: EdgePolicy }, "context">;

/** The element that names an edge; by default edges are called by the ids of their ends. */
export const nameOfEdge = (id: string): string => `edge-name-${id}`;

/** A card reads its node itself, so that what is drawn around it need not know. */
const NO_DATA = {};

/** The project as the drawing library wants it: what did not change keeps its identity, and is not drawn again. */
export function useFlowNodes(actions: Actions): {
  nodes: CardNode[];
  onNodesChange: (changes: NodeChange<CardNode>[]) => void;
} {
  const project = useProject();
  const store = useCanvasStore();
  const [nodes, setNodes] = useState<CardNode[]>(() => followed([], null, project.graph(), store.getState()));

  useEffect(() => {
    const follow = (changes: Changes | null) => {
      setNodes((before) => followed(before, changes, project.graph(), store.getState()));
    };
    // Something may have come between the first drawing and now.
    follow(null);
    const stops = [
      project.onChange((changes) => {
        if (changes.nodes.size + changes.edges.size > 0) follow(changes.edges.size > 0 ? null : changes);
      }),
      store.subscribe((now, before) => {
        if (now.selection !== before.selection || now.collapsed !== before.collapsed) follow(null);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [project, store]);

  const onNodesChange = useCallback(
    (changes: NodeChange<CardNode>[]) => {
      select(changes, store.getState().selection, (selection) => store.setState({ selection }));
      const others = changes.filter(({ type }) => type === "dimensions" || type === "position");
      if (others.length === 0) return;
      setNodes((before) => {
        const all = [...others, ...takenAlong(others, before, project.graph())];
        return measured(all, applyNodeChanges(all, before));
      });
      actions.move(settled(others));
    },
    [project, store, actions],
  );
  return { nodes, onNodesChange };
}

/** The drawing library selects by pointer and keys; what is selected is kept in one place. */
function select(
  changes: NodeChange<CardNode>[],
  before: ReadonlySet<string>,
  become: (selection: Set<string>) => void,
): void {
  const chosen = changes.filter((change) => change.type === "select");
  if (chosen.length === 0) return;
  const selection = new Set(before);
  for (const { id, selected } of chosen) {
    if (selected) selection.add(id);
    else selection.delete(id);
  }
  become(selection);
}

/** Handles that the library is told win over those it finds, so they go once it has found some. */
function measured(changes: NodeChange<CardNode>[], cards: CardNode[]): CardNode[] {
  const found = new Set(changes.flatMap((change) => (change.type === "dimensions" ? [change.id] : [])));
  if (found.size === 0) return cards;
  return cards.map((card) => {
    if (!found.has(card.id)) return card;
    const { handles: _, ...rest } = card;
    return rest;
  });
}

/** What frames take along while they are dragged; where it ends, the server moves it as well. */
function takenAlong(
  changes: NodeChange<CardNode>[],
  cards: readonly CardNode[],
  graph: CanvasGraph | null,
): NodeChange<CardNode>[] {
  const moved = changes.flatMap((change) => (change.type === "position" && change.position ? [change] : []));
  const frames = moved.filter(({ id }) => isFrame(graph?.nodes.get(id)));
  if (graph === null || frames.length === 0) return [];
  const ids = new Set(moved.map(({ id }) => id));
  const places = new Map(cards.map(({ id, position }) => [id, position]));
  return cards.flatMap(({ id, position }) => {
    const frameId = ids.has(id) ? undefined : graph.nodes.get(id)?.frameId;
    const frame = frames.find((each) => each.id === frameId);
    const from = frame && places.get(frame.id);
    if (frame?.position === undefined || from === undefined) return [];
    const to = { x: position.x + frame.position.x - from.x, y: position.y + frame.position.y - from.y };
    return [
      {
        type: "position" as const,
        id,
        position: to,
        ...(frame.dragging !== undefined && { dragging: frame.dragging }),
      },
    ];
  });
}

/** Where a drag ends, and where arrow keys move to. */
function settled(changes: NodeChange<CardNode>[]): { id: string; x: number; y: number }[] {
  return changes.flatMap((change) =>
    change.type === "position" && change.position !== undefined && change.dragging === false
      ? [{ id: change.id, ...change.position }]
      : [],
  );
}

/** The cards after something changed; null stands for anything. */
function followed(
  before: readonly CardNode[],
  changes: Changes | null,
  graph: CanvasGraph | null,
  ui: CanvasUi,
): CardNode[] {
  if (graph === null) return [];
  const hidden = hiddenBy(shapeOf(graph), ui.collapsed);
  const old = new Map(before.map((card) => [card.id, card]));
  const isSame = changes !== null && [...changes.nodes].every((id) => old.has(id) && graph.nodes.has(id));
  if (isSame)
    return before.map((card) => (changes.nodes.has(card.id) ? drawn(card.id, card, graph, hidden, ui) : card));
  return [...graph.nodes.keys()].map((id) => drawn(id, old.get(id), graph, hidden, ui));
}

function drawn(
  id: string,
  before: CardNode | undefined,
  graph: CanvasGraph,
  hidden: ReadonlySet<string>,
  ui: CanvasUi,
): CardNode {
  const node = graph.nodes.get(id);
  // Whoever drags a card keeps it under the pointer, whatever others do with it meanwhile.
  const position =
    before?.dragging === true || node === undefined ? (before?.position ?? { x: 0, y: 0 }) : node.position;
  if (node !== undefined && isFrame(node)) return drawnFrame(node, before, position, hidden.has(id), ui);
  const isMeasured = before !== undefined && before.handles === undefined;
  const size = node === undefined || isMeasured ? undefined : expectedSize(node);
  const wanted = { position, selected: ui.selection.has(id), hidden: hidden.has(id), ...size };
  return before !== undefined && isDrawn(before, wanted)
    ? before
    : { ...(before ?? { id, type: "card", data: NO_DATA }), ...wanted };
}

/** Under all cards, also while it is selected, which lifts it by a thousand. */
const FRAME_LAYER = -1_001;

function drawnFrame(
  node: NodeView,
  before: CardNode | undefined,
  position: CardNode["position"],
  hidden: boolean,
  ui: CanvasUi,
): CardNode {
  const wanted = { position, selected: ui.selection.has(node.id), hidden, ...frameSize(node) };
  const isSame =
    before?.type === "frame" &&
    isDrawn(before, wanted) &&
    before.width === wanted.width &&
    before.height === wanted.height;
  if (isSame) return before;
  return { ...before, id: node.id, type: "frame", data: NO_DATA, connectable: false, zIndex: FRAME_LAYER, ...wanted };
}

type Size = Pick<CardNode, "measured" | "handles">;
const sizes = new WeakMap<NodeView, Size>();

/**
 * The drawing library draws every card whose size it does not know, in sight or not, to measure it. So it is told
 * about how large a card is and where its handles are, until it has measured the card itself.
 */
function expectedSize(node: NodeView): Size {
  const known = sizes.get(node);
  if (known !== undefined) return known;
  const [height, x] = [expectedHeight(node), CARD_WIDTH / 2];
  const size: Size = {
    measured: { width: CARD_WIDTH, height },
    handles: [
      { type: "target", position: Position.Top, x, y: 0 },
      { type: "source", position: Position.Bottom, x, y: height },
    ],
  };
  sizes.set(node, size);
  return size;
}

type Wanted = Required<Pick<CardNode, "position" | "selected" | "hidden">> & Size;

function isDrawn(card: CardNode, { position, selected, hidden, measured }: Wanted): boolean {
  const isThere = card.position.x === position.x && card.position.y === position.y;
  const isAsHigh = measured === undefined || card.measured?.height === measured.height;
  return isThere && isAsHigh && card.selected === selected && card.hidden === hidden;
}

/** The edges, whose identity lasts as long as what is drawn of them. */
export function useFlowEdges(): ContextEdge[] {
  const { edges } = useGraph();
  const selected = useCanvas((ui) => ui.selectedEdges);
  const edit = useMay("graph:write");
  const [kept] = useState(() => new Map<string, ContextEdge>());
  return useMemo(
    () =>
      [...edges.values()].map(({ id, sourceId: source, targetId: target, policy }) => {
        const before = kept.get(id);
        const wanted = { selected: selected.has(id), reconnectable: edit };
        if (before?.data?.policy === policy && before.selected === wanted.selected && before.reconnectable === edit)
          return before;
        const edge: ContextEdge = {
          id,
          type: "context",
          source,
          target,
          data: { policy },
          // With hundreds of lines the cards would be hundreds of steps away: a key leads to them from their card.
          domAttributes: { "aria-labelledby": nameOfEdge(id), tabIndex: -1 },
          ...wanted,
        };
        kept.set(id, edge);
        return edge;
      }),
    [edges, selected, edit, kept],
  );
}
