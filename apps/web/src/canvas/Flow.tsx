import "@xyflow/react/dist/base.css";

import {
  Background,
  BackgroundVariant,
  ConnectionMode,
  Controls,
  ReactFlow,
  SelectionMode,
  useReactFlow,
  useStore,
  type Connection,
  type FinalConnectionState,
  type Viewport,
} from "@xyflow/react";
import {
  memo,
  use,
  useCallback,
  useEffect,
  useMemo,
  useState,
  type CSSProperties,
  type MouseEvent,
  type PointerEvent,
} from "react";

import { useText } from "../text/index.ts";
import { useContextMenu } from "./menu/use-context-menu.ts";
import { LateHands } from "./LateHands.tsx";
import { useMay } from "../project/use-rights.ts";
import { useActions } from "./actions-context.ts";
import { AgentBadges } from "./agents/AgentBadges.tsx";
import { Card } from "./Card.tsx";
import { ContextEdgeLine } from "./ContextEdgeLine.tsx";
import { DetailContext, useDetail, useTextScale } from "./detail.ts";
import styles from "./Flow.module.css";
import { Frame } from "./Frame.tsx";
import { useFiles } from "./files/use-files.ts";
import { Guides } from "./Guides.tsx";
import { Labels } from "./Labels.tsx";
import { CARD_WIDTH } from "../project/sizes.ts";
import { useProject } from "../project/project.ts";
import { soonComponent } from "../ui/late.ts";
import { useCanvas, useCanvasStore } from "../project/ui-state.ts";
import { focusCard } from "./sight.ts";
import { showThread, useIsPhone } from "../project/view.ts";
import { useFlowEdges, useFlowNodes, type CardNode, type ContextEdge } from "./use-flow.ts";
import { useShowing } from "./showing.ts";
import { firstView, lastView, useKeptView, ZOOM_MAX, ZOOM_MIN } from "./viewport.ts";

const Cursors = soonComponent(async () => (await import("./Cursors.tsx")).Cursors);
const Minimap = soonComponent(async () => (await import("./Minimap.tsx")).Minimap);
const Proposals = soonComponent(async () => (await import("./proposals/Proposals.tsx")).Proposals);
/** A card that is in sight is drawn and measured sooner than this. */
const REACH_FRAMES_MAX = 60;
/** The ends of a line are taken hold of within this distance, on the screen; it changes in steps, as every line is drawn anew by it. */
const REACH_PX = 12;
const NO_EDGES: ContextEdge[] = [];
const nodeTypes = { card: Card, frame: Frame };
const edgeTypes = { context: ContextEdgeLine };
/** Cards behind the edge of the screen are drawn only as they come in sight, which pays from here on. */
const DRAW_ALL_MAX = 60;
/** The canvas, from where the user left it. */
export function Flow({ own }: { own: Viewport | null }) {
  const project = useProject();
  const store = useCanvasStore();
  const [first, setFirst] = useState<Viewport | null>(null);
  // What the first drawing shows depends on how large the canvas is. Drawn anywhere else first, all would be drawn twice.
  const frame = useCallback(
    (element: HTMLElement | null) => {
      const graph = project.graph();
      if (element !== null && graph !== null)
        setFirst(
          (known) =>
            known ?? firstView(lastView(project) ?? own, graph, element.getBoundingClientRect(), store.getState().at),
        );
    },
    [project, own, store],
  );
  const detail = useDetail();
  const scale = { "--text-scale": useTextScale() } as CSSProperties;
  const isLit = useCanvas((ui) => ui.lineage !== null);
  return (
    <div
      className={styles.flow}
      ref={frame}
      style={scale}
      data-detail={detail}
      data-lit={isLit || undefined}
      {...useHands()}
      {...useFiles()}
    >
      <DetailContext value={detail}>{first !== null && <Drawing first={first} />}</DetailContext>
    </div>
  );
}

/** Cards, edges, and everybody's cursors. */
const Drawing = memo(function Drawing({ first }: { first: Viewport }) {
  const { canvas } = useText();
  const edit = useMay("graph:write");
  const actions = useActions();
  const { nodes, onNodesChange } = useFlowNodes(actions);
  const edges = useFlowEdges();
  const areMeasured = useAfterFirstFrame();
  useReached();
  useKeptView();
  useShowing();
  const isMap = useIsPhone();
  const labels = useMemo(() => ({ ...canvas.describe }), [canvas]);
  const connecting = useConnecting();
  return (
    <ReactFlow<CardNode, ContextEdge>
      nodes={nodes}
      edges={areMeasured ? edges : NO_EDGES}
      nodeTypes={nodeTypes}
      edgeTypes={edgeTypes}
      onNodesChange={onNodesChange}
      {...useChoice(isMap, edit)}
      {...useContextMenu(isMap)}
      {...connecting}
      nodesDraggable={edit && !isMap}
      nodesConnectable={edit && !isMap}
      connectionMode={ConnectionMode.Strict}
      connectionRadius={40}
      deleteKeyCode={null}
      multiSelectionKeyCode={["Meta", "Control", "Shift"]}
      selectionMode={SelectionMode.Partial}
      zoomOnDoubleClick={false}
      panOnScroll
      defaultViewport={first}
      minZoom={ZOOM_MIN}
      maxZoom={ZOOM_MAX}
      elevateNodesOnSelect
      onlyRenderVisibleElements={nodes.length > DRAW_ALL_MAX}
      ariaLabelConfig={labels}
      proOptions={{ hideAttribution: false }}
    >
      <Background variant={BackgroundVariant.Dots} gap={24} size={1.4} className={styles.background ?? ""} />
      <Minimap />
      <Controls showInteractive={false} className={styles.controls ?? ""} aria-label={canvas.zoom} />
      <Proposals />
      <AgentBadges />
      <Labels />
      <Guides />
      <Cursors />
      <LateHands isMap={isMap} />
    </ReactFlow>
  );
});

/** True once the cards have been drawn and measured. Lines that are drawn with them would be drawn again by then. */
function useAfterFirstFrame(): boolean {
  const [isAfter, setAfter] = useState(false);
  useEffect(() => {
    const frame = requestAnimationFrame(() => setAfter(true));
    return () => cancelAnimationFrame(frame);
  }, []);
  return isAfter;
}

/** The card under a pointer, wherever on it that is; a frame is no card. */
function cardAt({ clientX, clientY }: { clientX: number; clientY: number }): string | null {
  const card = document.elementFromPoint(clientX, clientY)?.closest(".react-flow__node-card");
  return card?.getAttribute("data-id") ?? null;
}

/** Drawing, moving and dropping edges. An edge that ends on a card connects it, and one in the void begins a branch. */
function useConnecting() {
  const actions = useActions();
  const project = useProject();
  const { screenToFlowPosition } = useReactFlow();
  const reconnectRadius = useStore(({ transform }) => REACH_PX * 2 ** Math.max(0, Math.ceil(-Math.log2(transform[2]))));
  const onConnect = useCallback(({ source, target }: Connection) => actions.connect(source, target), [actions]);
  const onConnectEnd = useCallback(
    (event: globalThis.MouseEvent | TouchEvent, { isValid, fromHandle, toNode }: FinalConnectionState) => {
      if (isValid === true || toNode !== null || fromHandle === null) return;
      const point = "changedTouches" in event ? event.changedTouches[0] : event;
      if (point === undefined) return;
      const isForth = fromHandle.type === "source";
      const under = cardAt(point);
      if (under !== null) {
        if (isForth) actions.connect(fromHandle.nodeId, under);
        else actions.connect(under, fromHandle.nodeId);
        return;
      }
      if (!isForth) return;
      const { x, y } = screenToFlowPosition({ x: point.clientX, y: point.clientY });
      actions.create({ x: x - CARD_WIDTH / 2, y }, [fromHandle.nodeId]);
    },
    [actions, screenToFlowPosition],
  );
  const onReconnect = useCallback(
    (old: ContextEdge, { source, target }: Connection) => {
      const policy = project.graph()?.edges.get(old.id)?.policy;
      if (source !== old.source || target !== old.target) actions.reconnect(old.id, source, target, policy);
    },
    [actions, project],
  );
  return { onConnect, onConnectEnd, onReconnect, reconnectRadius };
}

/** Whoever comes from a conversation has the keyboard at the same node here, once that is drawn. */
function useReached(): void {
  const store = useCanvasStore();
  useEffect(() => {
    const { reaching } = store.getState();
    if (reaching === null) return;
    store.setState({ reaching: null });
    let frame = 0;
    const look = (framesLeft: number) => {
      focusCard(reaching);
      const isThere = document.activeElement?.getAttribute("data-id") === reaching;
      if (!isThere && framesLeft > 0) frame = requestAnimationFrame(() => look(framesLeft - 1));
    };
    look(REACH_FRAMES_MAX);
    return () => cancelAnimationFrame(frame);
  }, [store]);
}

/** What is pressed is chosen; on a map, which is too small to work on, it is gone to. */
function useChoice(isMap: boolean, mayEdit: boolean) {
  const store = useCanvasStore();
  const actions = useActions();
  const onNodeClick = useCallback(
    ({ shiftKey, metaKey, ctrlKey }: MouseEvent, { id }: CardNode) => {
      if (isMap) showThread(store, id);
      // Of several that are selected, the drawing library would leave all.
      else if (!shiftKey && !metaKey && !ctrlKey && store.getState().selection.size > 1)
        store.setState({ selection: new Set([id]), selectedEdges: new Set() });
    },
    [store, isMap],
  );
  // From near, each part of a card says what a double click does there.
  const isFarOff = use(DetailContext) !== "all";
  const onNodeDoubleClick = useCallback(
    (_: MouseEvent, { id, type }: CardNode) => {
      if (mayEdit && isFarOff && !isMap && type === "card") actions.edit(id);
    },
    [actions, isFarOff, isMap, mayEdit],
  );
  const onEdgeClick = useCallback(
    (event: MouseEvent, { id }: ContextEdge) => {
      const more = event.shiftKey || event.metaKey || event.ctrlKey;
      const before = store.getState();
      store.setState({
        selectedEdges: new Set(more ? [...before.selectedEdges, id] : [id]),
        ...(!more && { selection: new Set<string>() }),
      });
    },
    [store],
  );
  const onPaneClick = useCallback(() => store.setState({ selection: new Set(), selectedEdges: new Set() }), [store]);
  const onNodeMouseEnter = useCallback(
    ({ buttons }: MouseEvent, { id }: CardNode) => {
      // Whoever drags something past a card does not ask about the card.
      if (buttons === 0) store.setState({ hovered: id });
    },
    [store],
  );
  const onNodeMouseLeave = useCallback(() => store.setState({ hovered: null }), [store]);
  return { onNodeClick, onNodeDoubleClick, onEdgeClick, onPaneClick, onNodeMouseEnter, onNodeMouseLeave };
}

/** The pointer over the canvas: others see it, and a double click makes a node. */
function useHands() {
  const { presence } = useProject();
  const actions = useActions();
  const store = useCanvasStore();
  const mayWrite = useMay("graph:write");
  const isMap = useIsPhone();
  const edit = mayWrite && !isMap;
  const { screenToFlowPosition } = useReactFlow();
  const isFollowing = useCanvas((ui) => ui.following !== null);
  const unfollow = () => {
    if (isFollowing) store.setState({ following: null });
  };
  return {
    onPointerMove: (event: PointerEvent) => {
      if (event.pointerType === "mouse")
        presence.set({ cursor: screenToFlowPosition({ x: event.clientX, y: event.clientY }) });
    },
    onPointerLeave: () => presence.set({ cursor: null }),
    // Whoever takes hold of the canvas goes their own way again.
    onPointerDown: unfollow,
    onWheel: unfollow,
    onPointerDownCapture: ({ target }: PointerEvent) => {
      // Whoever presses elsewhere is no longer at the card that the keyboard was at.
      const at = document.activeElement?.closest<HTMLElement>(".react-flow__node");
      if (at?.isSameNode(document.activeElement) === true && !(target instanceof Element && at.contains(target)))
        at.blur();
    },
    onDoubleClick: (event: MouseEvent) => {
      const isVoid = event.target instanceof Element && event.target.classList.contains("react-flow__pane");
      if (!edit || !isVoid) return;
      const { x, y } = screenToFlowPosition({ x: event.clientX, y: event.clientY });
      actions.create({ x: x - CARD_WIDTH / 2, y: y - 24 });
    },
  };
}
