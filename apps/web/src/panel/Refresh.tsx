import { RefreshCw, Square } from "lucide-react";
import { useMemo, useState } from "react";

import { useGraph, useProject } from "../project/project.ts";
import { useMay } from "../project/use-rights.ts";
import type { CanvasGraph } from "../sync/index.ts";
import { useText } from "../text/index.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { Spinner } from "../ui/Spinner.tsx";
import { Tooltip } from "../ui/Tooltip.tsx";
import { useFormat } from "./data/format.ts";
import { usePrices } from "./data/queries.ts";
import { Actions, Failed, Notice, Soft } from "./parts/Parts.tsx";
import { forget, refresh, stop, useRefreshing, type Refreshing } from "./refresh/refreshing.ts";

/** For the bar above the canvas: there when something is out of date, and as long as it is being refreshed. */
export function RefreshButton() {
  const { panel } = useText();
  const mayRun = useMay("runs:run");
  const { project } = useProject();
  const [open, setOpen] = useState(false);
  const stale = useStale();
  const running = useRefreshing(project);
  const isRunning = running?.is === "running";
  const close = () => {
    setOpen(false);
    if (!isRunning) forget(project);
  };
  if (!mayRun) return null;
  return (
    <>
      {(stale.length > 0 || isRunning) && (
        <Tooltip text={panel.refresh.title}>
          <Button
            size="small"
            aria-label={isRunning ? undefined : panel.refresh.buttonLabel(stale.length)}
            onClick={() => setOpen(true)}
          >
            {isRunning ? (
              <>
                <Spinner />
                <Progress running={running} />
              </>
            ) : (
              <>
                <RefreshCw aria-hidden />
                {panel.refresh.button(stale.length)}
              </>
            )}
          </Button>
        </Tooltip>
      )}
      <Dialog title={panel.refresh.title} open={open} onClose={close}>
        <Refresh onClose={close} />
      </Dialog>
    </>
  );
}

/** What is out of date, what it costs to ask it again, how far that is, and what came of it. */
export function Refresh({ onClose }: { onClose?: () => void }) {
  const { panel } = useText();
  const mayRun = useMay("runs:run");
  const { project } = useProject();
  const stale = useStale();
  const refreshing = useRefreshing(project);
  if (refreshing?.is === "running") {
    return <Running running={refreshing} />;
  }
  return (
    <>
      {refreshing !== undefined && <Result ended={refreshing} onClose={onClose ?? (() => forget(project))} />}
      {stale.length === 0 ? (
        refreshing === undefined && <Soft>{panel.refresh.none}</Soft>
      ) : mayRun ? (
        <Offer stale={stale} />
      ) : (
        <Soft>{panel.refresh.stale(stale.length)}</Soft>
      )}
    </>
  );
}

function Running({ running }: { running: Refreshing & { is: "running" } }) {
  const { panel } = useText();
  const { project } = useProject();
  const [asked, setAsked] = useState<{ busy: boolean; error: unknown }>({ busy: false, error: null });
  const halt = async () => {
    setAsked({ busy: true, error: null });
    await stop(project, running).catch((error: unknown) => setAsked({ busy: false, error }));
  };
  return (
    <Notice>
      <p role="status">
        <Progress running={running} />
      </p>
      <Failed error={asked.error} />
      <Actions>
        <Button size="small" busy={asked.busy} onClick={() => void halt()}>
          <Square aria-hidden />
          {panel.ask.cancel}
        </Button>
      </Actions>
    </Notice>
  );
}

function Offer({ stale }: { stale: readonly string[] }) {
  const { panel } = useText();
  const project = useProject();
  const [asked, setAsked] = useState<{ busy: boolean; error: unknown }>({ busy: false, error: null });
  const start = async () => {
    setAsked({ busy: true, error: null });
    try {
      await refresh(project, stale);
    } catch (error) {
      setAsked({ busy: false, error });
      return;
    }
    setAsked({ busy: false, error: null });
  };
  return (
    <Notice tone="warn">
      <p>
        <strong>{panel.refresh.stale(stale.length)}</strong>
      </p>
      <p>{panel.refresh.order}</p>
      <Price stale={stale} />
      <Failed error={asked.error} />
      <Actions>
        <Button look="primary" size="small" busy={asked.busy} onClick={() => void start()}>
          <RefreshCw aria-hidden />
          {panel.refresh.start}
        </Button>
      </Actions>
    </Notice>
  );
}

function Price({ stale }: { stale: readonly string[] }) {
  const { panel } = useText();
  const format = useFormat();
  const prices = usePrices(stale, true);
  if (prices.isError) return <p>{panel.refresh.costUnknown}</p>;
  if (prices.data === undefined) return <p>{panel.refresh.counting}</p>;
  const { input, most, count } = prices.data;
  if (most === 0) return <p>{panel.refresh.costFree}</p>;
  const [about, atMost] = [format.money(input), format.money(most)];
  return (
    <p>{count < stale.length ? panel.refresh.costFirst(count, about, atMost) : panel.refresh.cost(about, atMost)}</p>
  );
}

function Progress({ running }: { running: Refreshing & { is: "running" } }) {
  const { panel } = useText();
  const { nodes } = useGraph();
  const open = running.ids.filter((id) => {
    const status = nodes.get(id)?.status;
    return status === "STALE" || status === "GENERATING";
  });
  return <>{panel.refresh.running(running.ids.length - open.length, running.ids.length)}</>;
}

function Result({ ended, onClose }: { ended: Refreshing & { is: "ended" }; onClose: () => void }) {
  const { common, panel } = useText();
  const words =
    ended.left > 0
      ? panel.refresh.failed(ended.ran, ended.left)
      : ended.whole
        ? panel.refresh.ended(ended.ran)
        : panel.refresh.stopped;
  return (
    <div data-result>
      <Notice tone={ended.left > 0 || !ended.whole ? "bad" : "plain"}>
        <p role="status">{words}</p>
        <Actions>
          <Button size="small" onClick={onClose}>
            {common.close}
          </Button>
        </Actions>
      </Notice>
    </div>
  );
}

/** The nodes whose answers are out of date. */
export function useStale(): readonly string[] {
  const { nodes } = useGraph();
  return useMemo(() => staleOf(nodes), [nodes]);
}

export function staleOf(nodes: CanvasGraph["nodes"]): string[] {
  return [...nodes.values()].filter(({ status }) => status === "STALE").map(({ id }) => id);
}
