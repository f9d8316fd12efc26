import { Link } from "wouter";

import styles from "../app/Starting.module.css";
import { useText } from "../text/index.ts";
import { useAccess, useProjectState } from "./project.ts";
import { LogIn } from "./public/LogIn.tsx";

/** The project is gone, or the right to see it. */
export function Ended() {
  const { canvas, common } = useText();
  const { pending } = useProjectState();
  const { isGuest } = useAccess();
  return (
    <main className={styles.starting}>
      <h1>{canvas.endedTitle}</h1>
      <p>{canvas.endedText}</p>
      {pending > 0 && <p role="alert">{canvas.endedKept(pending)}</p>}
      {isGuest ? <LogIn /> : <Link href="/">{common.notFound.home}</Link>}
    </main>
  );
}
