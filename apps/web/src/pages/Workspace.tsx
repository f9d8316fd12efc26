import { useReactFlow, type Viewport } from "@xyflow/react";
import { useEffect, useMemo } from "react";

import { ShareDialog } from "../around/sharing/ShareDialog.tsx";
import { Panel } from "../panel/Panel.tsx";
import { ProjectSettings } from "../panel/project/ProjectSettings.tsx";
import { useText } from "../text/index.ts";
import { Actions } from "../canvas/actions.ts";
import { ActionsContext } from "../canvas/actions-context.ts";
import { HistoryContext } from "../project/history-context.ts";
import { Empty } from "../canvas/Empty.tsx";
import { Flow } from "../canvas/Flow.tsx";
import { useFollowing } from "../canvas/following.ts";
import { History } from "../project/history.ts";
import { useKeptDraft } from "../canvas/kept-draft.ts";
import { useGraph, useProject } from "../project/project.ts";
import { useRefusals } from "../canvas/refusals.ts";
import { Search } from "../canvas/Search.tsx";
import { ShortcutSheet } from "../canvas/ShortcutSheet.tsx";
import { useShared } from "../canvas/shared.ts";
import { bringIntoSight } from "../canvas/sight.ts";
import { useShortcuts } from "../canvas/shortcuts.ts";
import { TopBar } from "../canvas/TopBar.tsx";
import { Trash } from "../canvas/Trash.tsx";
import { useCanvas, useCanvasStore } from "../project/ui-state.ts";
import { useKeptView } from "../canvas/viewport.ts";
import styles from "./Workspace.module.css";

/** The page of a project: the bar, the canvas, and the details beside it. */
export function Workspace({ own }: { own: Viewport | null }) {
  const { canvas } = useText();
  const { project } = useGraph();
  const sync = useProject();
  const store = useCanvasStore();
  const flow = useReactFlow();
  const history = useMemo(() => new History(sync), [sync]);
  const actions = useMemo(() => {
    const sizeOf = (id: string) => measured(flow.getInternalNode(id)?.measured);
    return new Actions(sync, store, {
      sizeOf,
      show: (place) => bringIntoSight(flow, place),
      together: history.together,
    });
  }, [sync, store, flow, history]);
  useEffect(() => () => history.close(), [history]);
  useEffect(() => {
    document.title = project.name;
  }, [project.name]);
  useShortcuts(actions, history);
  useShared();
  useFollowing();
  useKeptView();
  useKeptDraft(sync);
  useRefusals(actions);
  const hasPanel = useCanvas((ui) => ui.panel !== null);
  return (
    <ActionsContext value={actions}>
      <div className={styles.workspace}>
        <TopBar history={history} />
        <div className={styles.body}>
          <main className={styles.canvas} aria-label={canvas.canvasOf(project.name)}>
            <Flow own={own} />
            <Empty />
          </main>
          <HistoryContext value={history}>{hasPanel && <Panel />}</HistoryContext>
        </div>
      </div>
      <Windows />
    </ActionsContext>
  );
}

function measured(size: { width?: number; height?: number } | undefined) {
  const { width, height } = size ?? {};
  return width === undefined || height === undefined ? undefined : { width, height };
}

/** What opens over the page. */
function Windows() {
  const { id } = useGraph().project;
  const store = useCanvasStore();
  const open = useCanvas((ui) => ui.open);
  const onClose = () => store.setState({ open: null });
  return (
    <>
      <Search open={open === "search"} onClose={onClose} />
      <ShortcutSheet open={open === "shortcuts"} onClose={onClose} />
      <Trash open={open === "trash"} onClose={onClose} />
      <ProjectSettings open={open === "settings"} onClose={onClose} />
      <ShareDialog projectId={id} open={open === "share"} onClose={onClose} />
    </>
  );
}
