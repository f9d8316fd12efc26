import { useReactFlow, type Viewport } from "@xyflow/react";
import { useEffect, useMemo } from "react";

import { Bell } from "../around/notices/Bell.tsx";
import { MakeCopy } from "../around/sharing/MakeCopy.tsx";
import { Actions } from "../canvas/actions.ts";
import { ActionsContext } from "../canvas/actions-context.ts";
import { useFollowingAgent } from "../canvas/agents/following.ts";
import { CommandsContext } from "../canvas/commands/hands.ts";
import { Empty } from "../canvas/Empty.tsx";
import { Flow } from "../canvas/Flow.tsx";
import { useFollowing } from "../canvas/following.ts";
import { useKeepingApart } from "../canvas/keep-apart.ts";
import { useKeptDraft } from "../canvas/kept-draft.ts";
import { useLiveLayout } from "../canvas/live-layout.ts";
import { useRefusals } from "../canvas/refusals.ts";
import { useShared } from "../canvas/shared.ts";
import { useShortcuts } from "../canvas/shortcuts.ts";
import { bringIntoSight } from "../canvas/sight.ts";
import { TopBar } from "../canvas/TopBar.tsx";
import { roomOnScreen } from "../canvas/viewport.ts";
import { fetchSoon, lateComponent, soonComponent } from "../ui/late.ts";
import { Citing } from "../panel/files/Citing.tsx";
import { Panel } from "../panel/Panel.tsx";
import { useAskAgent } from "../project/agents/asking.ts";
import { useAgentNews } from "../project/agents/news.ts";
import { useChangeNews } from "../project/changes/news.ts";
import { HistoryContext, useHistory } from "../project/history-context.ts";
import { History } from "../project/history.ts";
import { useRememberingLast } from "../project/last.ts";
import { TabsContext } from "../project/parts.ts";
import { useAccess, useGraph, useProject } from "../project/project.ts";
import { useCanvas, useCanvasStore } from "../project/ui-state.ts";
import { useText } from "../text/index.ts";
import { AskingContext, useMakeAsking } from "../thread/asking.ts";
import { Thread } from "../thread/Thread.tsx";
import { useAddress } from "./address.ts";
import { useFileNews } from "../project/files/media.ts";
import { useUploads } from "../project/files/uploads.ts";
import { COMMANDS, TABS, WINDOWS } from "./parts.ts";
import { About, Brand, useIsVisit } from "./Visit.tsx";
import styles from "./Workspace.module.css";

const RefreshButton = soonComponent(async () => (await import("../panel/Refresh.tsx")).RefreshButton);

/** The page of a project: the bar, the canvas, and the details beside it. */
export function Workspace({ own }: { own: Viewport | null }) {
  const commands = useHands();
  const { asking } = commands;
  const { actions, history } = commands.hands;
  return (
    <ActionsContext value={actions}>
      <HistoryContext value={history}>
        <TabsContext value={TABS}>
          <CommandsContext value={commands}>
            <AskingContext value={asking}>
              <Page own={own} />
            </AskingContext>
          </CommandsContext>
        </TabsContext>
      </HistoryContext>
    </ActionsContext>
  );
}

/** What everything on this page works with. */
function useHands() {
  const project = useProject();
  const store = useCanvasStore();
  const flow = useReactFlow();
  const askAgent = useAskAgent();
  const asking = useMakeAsking();
  const history = useMemo(() => new History(project), [project]);
  useEffect(() => () => history.close(), [history]);
  return useMemo(() => {
    const actions = new Actions(project, store, {
      show: (place) => bringIntoSight(flow, place),
      screen: roomOnScreen,
      together: history.together,
      askAgent,
    });
    return { all: COMMANDS, hands: { actions, asking, history, project, store, flow }, asking };
  }, [project, store, flow, history, askAgent, asking]);
}

function Page({ own }: { own: Viewport | null }) {
  const { canvas } = useText();
  const { project } = useGraph();
  useEffect(() => {
    document.title = project.name;
  }, [project.name]);
  useEffect(fetchSoon, []);
  useAddress();
  useRememberingLast();
  useShortcuts();
  useShared();
  useFollowing();
  useFollowingAgent();
  useKeptDraft(useProject());
  useKeepingApart(useHistory());
  useLiveLayout(useHistory());
  useRefusals();
  useAgentNews();
  useFileNews();
  useChangeNews();
  const { isGuest } = useAccess();
  const view = useCanvas((ui) => ui.view);
  const isVisit = useIsVisit();
  const hasPanel = useCanvas((ui) => ui.panel !== null);
  const hasUploads = useUploads().length > 0;
  return (
    <Citing>
      <div className={styles.workspace}>
        <TopBar brand={isVisit ? <Brand /> : undefined}>
          <RefreshButton />
          <MakeCopy />
          {!isGuest && <Bell />}
        </TopBar>
        {isVisit && <About />}
        <div className={styles.body}>
          {view === "thread" ? (
            <Thread />
          ) : (
            <main className={styles.canvas} aria-label={canvas.canvasOf(project.name)}>
              <Flow own={own} />
              <Empty />
            </main>
          )}
          {hasPanel && <Panel />}
        </div>
      </div>
      <Windows />
      {hasUploads && <Uploads />}
    </Citing>
  );
}

const Uploads = lateComponent(async () => (await import("../project/files/Uploads.tsx")).Uploads);

/** What opens over the page. */
function Windows() {
  const store = useCanvasStore();
  const open = useCanvas((ui) => ui.open);
  const onClose = () => store.setState({ open: null });
  return WINDOWS.map(({ id, Body }) => <Body key={id} open={open === id} onClose={onClose} />);
}
