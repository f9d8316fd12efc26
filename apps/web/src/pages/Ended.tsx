import { Link, useLocation } from "wouter";

import styles from "../ui/Starting.module.css";
import { end } from "../session/session.ts";
import { NOT_AUTHENTICATED } from "../sync/index.ts";
import { useText } from "../text/index.ts";
import { Button } from "../ui/Button.tsx";
import { useAccess, useProjectState } from "../project/project.ts";
import { LogIn, useLoginAddress } from "../project/LogIn.tsx";

/** The project is gone, or the right to see it, or only the session. */
export function Ended() {
  const { canvas } = useText();
  const { pending } = useProjectState();
  const isLoggedOut = useIsLoggedOut();
  return (
    <main className={styles.starting}>
      <h1>{isLoggedOut ? canvas.loggedOutTitle : canvas.endedTitle}</h1>
      <p>{isLoggedOut ? canvas.loggedOutText : canvas.endedText}</p>
      {pending > 0 && <p role="alert">{isLoggedOut ? canvas.loggedOutKept(pending) : canvas.endedKept(pending)}</p>}
      <WayOut isLoggedOut={isLoggedOut} />
    </main>
  );
}

function WayOut({ isLoggedOut }: { isLoggedOut: boolean }) {
  const { canvas, common } = useText();
  const { isGuest } = useAccess();
  const login = useLoginAddress();
  const [, navigate] = useLocation();
  if (isGuest) return <LogIn />;
  if (!isLoggedOut) return <Link href="/">{common.notFound.home}</Link>;
  const logIn = () => {
    end();
    // A public project would be shown to whoever is not logged in.
    navigate(login);
  };
  return (
    <Button look="primary" onClick={logIn}>
      {canvas.logIn}
    </Button>
  );
}

function useIsLoggedOut(): boolean {
  const { connection } = useAccess();
  // Every end of the connection is an end of the project, which draws this anew.
  const state = connection.state();
  return state.status === "ended" && state.code === NOT_AUTHENTICATED;
}
