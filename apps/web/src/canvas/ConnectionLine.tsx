import { CloudAlert, CloudCheck, CloudOff, RefreshCw, ShieldX } from "lucide-react";
import type { ReactNode } from "react";

import { useText } from "../text/index.ts";
import { Button } from "../ui/Button.tsx";
import styles from "./ConnectionLine.module.css";
import { useAccess, useProjectState } from "../project/project.ts";
import { useMay } from "../project/use-rights.ts";
import { useCanvas } from "../project/ui-state.ts";

/** Says what the server has: everything, not yet, or that it is away. It never says more than is known. */
export function ConnectionLine() {
  const { status, pending: queued } = useProjectState();
  // What is still being typed is an edit that the server does not have, either.
  const pending = queued + (useCanvas((ui) => ui.hasUnsavedDraft) ? 1 : 0);
  const { connection } = useAccess();
  const { canvas } = useText();
  const mayWrite = useMay("graph:write");
  const line = ((): { icon: ReactNode; text: string; retry?: boolean } => {
    switch (status) {
      case "live":
        return pending === 0
          ? { icon: <CloudCheck aria-hidden />, text: mayWrite ? canvas.line.saved : canvas.line.current }
          : { icon: <RefreshCw aria-hidden className={styles.turning} />, text: canvas.line.saving(pending) };
      case "connecting":
        return { icon: <RefreshCw aria-hidden className={styles.turning} />, text: canvas.line.connecting(pending) };
      case "offline":
        return { icon: <CloudOff aria-hidden />, text: canvas.line.offline(pending), retry: true };
      case "ended":
        return {
          icon: pending === 0 ? <ShieldX aria-hidden /> : <CloudAlert aria-hidden />,
          text: canvas.line.ended(pending),
        };
    }
  })();
  return (
    <div className={styles.line} data-status={status} data-pending={pending} role="status" aria-live="polite">
      {line.icon}
      <span>{line.text}</span>
      {line.retry === true && (
        <Button size="small" look="quiet" onClick={() => connection.wake()}>
          {canvas.line.tryNow}
        </Button>
      )}
    </div>
  );
}
