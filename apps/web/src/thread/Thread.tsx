import { useEffect } from "react";

import { useGraph, useProject } from "../project/project.ts";
import { useCanvas } from "../project/ui-state.ts";
import { useText } from "../text/index.ts";
import { Composer } from "./Composer.tsx";
import { focusComposer } from "./focus.ts";
import { useMayAsk } from "./may-ask.ts";
import { Messages } from "./Messages.tsx";
import { QuoteButton } from "./QuoteButton.tsx";
import styles from "./Thread.module.css";
import { useKeptUnsent } from "./unsent.ts";
import { useThread } from "./use-thread.ts";

/** A branch of the project as a conversation, which is read from the top and gone on with at the end. */
export function Thread() {
  const { thread } = useText();
  const { project } = useGraph();
  const path = useThread();
  const mayAsk = useMayAsk();
  useKeptUnsent(useProject());
  useReached(path.length === 0);
  return (
    <main className={styles.thread} aria-label={thread.name(project.name)}>
      {path.length === 0 ? <Begin mayAsk={mayAsk} /> : <Messages path={path} />}
      {mayAsk ? (
        <>
          <QuoteButton />
          <Composer last={path.at(-1)} />
        </>
      ) : (
        <p className={styles.readOnly}>{thread.readOnly}</p>
      )}
    </main>
  );
}

function Begin({ mayAsk }: { mayAsk: boolean }) {
  const { thread } = useText();
  return (
    <div className={styles.begin}>
      <h2>{mayAsk ? thread.begin : thread.nothing}</h2>
      {mayAsk && <p>{thread.beginText}</p>}
    </div>
  );
}

/** Where there is no message yet, the keyboard is in the field. */
function useReached(isEmpty: boolean): void {
  const reaching = useCanvas((ui) => ui.reaching);
  useEffect(() => {
    if (isEmpty && reaching !== null) focusComposer();
  }, [isEmpty, reaching]);
}
