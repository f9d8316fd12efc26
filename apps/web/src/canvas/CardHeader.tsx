import { Bot, ChevronDown, ChevronRight, CircleStop, Ellipsis, GitBranchPlus, Pin, Play, RotateCw } from "lucide-react";

import type { NodeView } from "../sync/index.ts";
import { FULL } from "../project/full.ts";
import { useHistory } from "../project/history-context.ts";
import { useMentioned } from "../project/agents/asking.ts";
import { useTabs } from "../project/parts.ts";
import { useMay } from "../project/use-rights.ts";
import { isAsked } from "../project/kinds.ts";
import { useText } from "../text/index.ts";
import { IconButton } from "../ui/Button.tsx";
import { Item, Menu, Separator } from "../ui/Menu.tsx";
import { useActions } from "./actions-context.ts";
import styles from "./Card.module.css";
import { toggleFolds } from "./fold.ts";
import { useAccess, useGraph, useProjectState, useWriting } from "../project/project.ts";
import { hiddenBy, shapeOf } from "../project/graph.ts";
import { useCanvas, useCanvasStore } from "../project/ui-state.ts";
import { useStanding } from "./standing.ts";
import { copyLink } from "../project/copy-link.ts";
import { showThread } from "../project/view.ts";

/** How the node stands, and what can be done with it. */
export function CardHeader({ node }: { node: NodeView }) {
  const { canvas } = useText();
  const edit = useMay("graph:write");
  const run = useMay("runs:run");
  const isUnsent = useIsUnsent(node);
  const agent = useMentioned(node.prompt);
  const isForAgent = agent !== undefined && node.status === "IDLE" && isAsked(node);
  const standing = useStanding(node);
  return (
    <header className={styles.header}>
      <span className={styles.status}>
        <span className={styles.dot} aria-hidden="true" />
        {isUnsent ? canvas.asksLater : isForAgent ? canvas.forAgent(agent.name) : standing}
      </span>
      {node.pinned && <Pin className={styles.pinned} role="img" aria-label={canvas.pinned} />}
      <Fold id={node.id} />
      <div className={tools}>
        {run && isAsked(node) && <Run node={node} />}
        {edit && <Branch id={node.id} />}
        <More node={node} />
      </div>
    </header>
  );
}

/** Asked without a server: no model knows of it. */
function useIsUnsent({ id, status }: NodeView): boolean {
  const writing = useWriting(id);
  const project = useProjectState();
  return status === "GENERATING" && writing === undefined && project.status !== "live";
}

// Pressing a button is no beginning of a drag.
const tools = `nodrag ${styles.tools ?? ""}`;

function Run({ node }: { node: NodeView }) {
  const { canvas } = useText();
  const { mention } = useText().agents;
  const actions = useActions();
  const agent = useMentioned(node.prompt);
  if (node.status === "GENERATING") {
    return <IconButton size="small" label={canvas.stop} icon={<CircleStop />} onClick={() => actions.stop(node.id)} />;
  }
  const asked = node.status === "IDLE";
  return (
    <IconButton
      size="small"
      label={agent !== undefined ? mention.ask(agent.name) : asked ? canvas.generate : canvas.again}
      keys="Mod+Enter"
      icon={agent !== undefined ? <Bot /> : asked ? <Play /> : <RotateCw />}
      onClick={() => actions.generate(node.id)}
    />
  );
}

function Branch({ id }: { id: string }) {
  const { canvas } = useText();
  const actions = useActions();
  return (
    <IconButton
      size="small"
      label={canvas.branch}
      keys="B"
      icon={<GitBranchPlus />}
      onClick={() => actions.branch(id)}
    />
  );
}

/** Folds away what rests on the node alone; says how much there is. */
function Fold({ id }: { id: string }) {
  const { canvas } = useText();
  const graph = useGraph();
  const store = useCanvasStore();
  const history = useHistory();
  const isFolded = useCanvas((ui) => ui.collapsed.has(id));
  const below = hiddenBy(shapeOf(graph), new Set([id])).size;
  if (below === 0) return null;
  return (
    <>
      <IconButton
        size="small"
        className="nodrag"
        label={isFolded ? canvas.unfold(below) : canvas.fold(below)}
        keys="C"
        aria-expanded={!isFolded}
        icon={isFolded ? <ChevronRight /> : <ChevronDown />}
        onClick={() => toggleFolds({ store, history }, [id])}
      />
      {isFolded && (
        <span className={styles.folded} aria-hidden="true">
          +{below}
        </span>
      )}
    </>
  );
}

function More({ node }: { node: NodeView }) {
  const words = useText();
  const { canvas, common } = words;
  const edit = useMay("graph:write");
  const mayDelete = useMay("graph:delete");
  const { isGuest } = useAccess();
  const actions = useActions();
  const store = useCanvasStore();
  const tabs = useTabs().filter((tab) => tab.isFor([node.id]) && !(isGuest && tab.needsAccount === true));
  const show = (panel: string) => {
    actions.select([node.id]);
    store.setState({ panel });
  };
  const open = () => {
    actions.select([node.id]);
    // The menu closes meanwhile, and gives the focus back first.
    queueMicrotask(() => store.setState({ open: FULL }));
  };
  return (
    <Menu button={<IconButton size="small" label={common.more} icon={<Ellipsis />} />}>
      <Item keys="O" onSelect={open}>
        {words.hands.full}
      </Item>
      <Item keys="T" onSelect={() => showThread(store, node.id)}>
        {words.thread.open}
      </Item>
      <Item onSelect={() => void copyLink("canvas", node.id)}>{words.thread.copyLink}</Item>
      {tabs.map(
        ({ id, offer }) =>
          offer !== undefined && (
            <Item key={id} onSelect={() => show(id)}>
              {offer(words)}
            </Item>
          ),
      )}
      {edit && (
        <>
          <Separator />
          <Item keys="Enter" onSelect={() => actions.edit(node.id)}>
            {canvas.editPrompt}
          </Item>
          <Item keys="P" onSelect={() => actions.pin(node)}>
            {node.pinned ? canvas.unpin : canvas.pin}
          </Item>
        </>
      )}
      {mayDelete && (
        <>
          <Separator />
          <Item keys="Del" danger onSelect={() => actions.remove(new Set([node.id]), new Set())}>
            {common.delete}
          </Item>
        </>
      )}
    </Menu>
  );
}
