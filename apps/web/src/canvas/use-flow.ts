import { applyNodeChanges, Position, type Edge, type Node, type NodeChange } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";

import type { CanvasGraph, Changes, EdgePolicy, NodeView } from "../sync/index.ts";
import { useMay } from "../project/use-rights.ts";
import type { Actions } from "./actions.ts";
import { Gliding } from "./gliding.ts";
import { useSnapping } from "./use-snapping.ts";
import { useGraph, useProject } from "../project/project.ts";
import { hiddenBy, shapeOf } from "../project/graph.ts";
import { isFrame } from "../project/kinds.ts";
import { sizeOf } from "../project/sizes.ts";
import { useCanvas, useCanvasStore, type CanvasUi } from "../project/ui-state.ts";

export type CardNode = Node<Record<string, never>, "card" | "frame">;
export type ContextEdge = Edge<{ policy: EdgePolicy }, "context">;

/** The element that names an edge; by default edges are called by the ids of their ends. */
export const nameOfEdge = (id: string): string => `edge-name-${id}`;

/** The project as the drawing library wants it: what did not change keeps its identity, and is not drawn again. */
export function useFlowNodes(actions: Actions): {
  nodes: CardNode[];
  onNodesChange: (changes: NodeChange<CardNode>[]) => void;
} {
  const project = useProject();
  const store = useCanvasStore();
  const [nodes, setNodes] = useState<CardNode[]>(() => followed([], null, project.graph(), store.getState()));

  useEffect(() => {
    const gliding = new Gliding(setNodes);
    const follow = (changes: Changes | null) => {
      setNodes((before) => gliding.start(before, followed(before, changes, project.graph(), store.getState())));
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
      gliding.stop();
      for (const stop of stops) stop();
    };
  }, [project, store]);

  const dragged = useRef(false);
  const snap = useSnapping();
  const onNodesChange = useCallback(
    (changes: NodeChange<CardNode>[]) => {
      select(changes, store.getState().selection, (selection) => store.setState({ selection }));
      const byHand = changes.filter(isByHand);
      if (byHand.length === 0) return;
      // What arrow keys move goes where it is sent; what is dropped may lie on something.
      const isDrag = byHand.some((change) => change.type === "position" && change.dragging === true);
      if (isDrag) dragged.current = true;
      const others = dragged.current ? snap(byHand) : byHand;
      setNodes((before) => applyNodeChanges([...others, ...takenAlong(others, before, project.graph())], before));
      const at = settled(others);
      if (at.length === 0) return;
      if (dragged.current) actions.drop(at);
      else actions.move(at);
      dragged.current = false;
    },
    [project, store, actions, snap],
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

/** How large a card is follows from its node: what the library measures says nothing new, unless somebody resizes it. */
const isByHand = (change: NodeChange<CardNode>): boolean =>
  change.type === "position" || (change.type === "dimensions" && change.resizing !== undefined);

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
  const drawing = node === undefined ? undefined : drawingOf(node);
  const wanted = { position, selected: ui.selection.has(id), hidden: hidden.has(id), ...drawing };
  return before !== undefined && isDrawn(before, wanted) ? before : { ...(before ?? UNKNOWN), id, ...wanted };
}

interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly measured: { width: number; height: number };
  readonly type: "card" | "frame";
  readonly handles?: NonNullable<CardNode["handles"]>;
  readonly zIndex?: number;
  readonly connectable?: boolean;
}

/** A card reads its node itself, so that what is drawn around it need not know. */
const UNKNOWN = { type: "card" as const, data: {} };
/** Under all cards, also while it is selected, which lifts it by a thousand. */
const FRAME_LAYER = -1_001;
const drawings = new WeakMap<NodeView, Drawing>();

/** The drawing library is told how large a card is and where its handles are, so that it need not draw it to know. */
function drawingOf(node: NodeView): Drawing {
  const known = drawings.get(node);
  if (known !== undefined) return known;
  const size = sizeOf(node);
  const drawing: Drawing = isFrame(node)
    ? { ...size, measured: size, type: "frame", zIndex: FRAME_LAYER, connectable: false }
    : { ...size, measured: size, type: "card", handles: handlesOf(size) };
  drawings.set(node, drawing);
  return drawing;
}

function handlesOf({ width, height }: { width: number; height: number }): NonNullable<CardNode["handles"]> {
  return [
    { type: "target", position: Position.Top, x: width / 2, y: 0 },
    { type: "source", position: Position.Bottom, x: width / 2, y: height },
  ];
}

type Wanted = Required<Pick<CardNode, "position" | "selected" | "hidden">> & Partial<Drawing>;

function isDrawn(card: CardNode, { position, selected, hidden, width, height }: Wanted): boolean {
  const isThere = card.position.x === position.x && card.position.y === position.y;
  const isAsLarge = width === undefined || (card.width === width && card.height === height);
  return isThere && isAsLarge && card.selected === selected && card.hidden === hidden;
}

/** The edges, whose identity lasts as long as what is drawn of them. */
export function useFlowEdges(): ContextEdge[] {
  const { edges } = useGraph();
  const selected = useCanvas((ui) => ui.selectedEdges);
  const collapsed = useCanvas((ui) => ui.collapsed);
  const hidden = useMemo(() => hiddenBy(shapeOf({ edges }), collapsed), [edges, collapsed]);
  const edit = useMay("graph:write");
  const [kept] = useState(() => new Map<string, ContextEdge>());
  return useMemo(
    () =>
      [...edges.values()].map(({ id, sourceId: source, targetId: target, policy }) => {
        const before = kept.get(id);
        const wanted = {
          selected: selected.has(id),
          reconnectable: edit,
          // The drawing library hides cards without their lines.
          hidden: hidden.has(source) || hidden.has(target),
        };
        if (before?.data?.policy === policy && isLine(before, wanted)) return before;
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
    [edges, selected, edit, hidden, kept],
  );
}

const isLine = (line: ContextEdge, { selected, reconnectable, hidden }: Partial<ContextEdge>): boolean =>
  line.selected === selected && line.reconnectable === reconnectable && line.hidden === hidden;
