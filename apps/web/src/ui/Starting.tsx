import { useCallback, useEffect, useState } from "react";

import { useText } from "../text/index.ts";
import { Button } from "./Button.tsx";
import { Spinner } from "./Spinner.tsx";
import { explained } from "./toasts.ts";
import styles from "./Starting.module.css";

/** The moment in which the server is asked whose page this is; without a server it says so and offers to ask again. */
export function Starting({ ask }: { ask: () => Promise<unknown> }) {
  const { common } = useText();
  const [error, setError] = useState<unknown>(null);
  const tryIt = useCallback(() => {
    ask().catch(setError);
  }, [ask]);
  useEffect(tryIt, [tryIt]);
  return (
    <main className={styles.starting} aria-busy={error === null}>
      {error === null ? (
        <>
          <Spinner />
          <span className="visually-hidden">{common.loading}</span>
        </>
      ) : (
        <>
          <p role="alert">{explained(error)}</p>
          <Button
            look="primary"
            onClick={() => {
              setError(null);
              tryIt();
            }}
          >
            {common.retry}
          </Button>
        </>
      )}
    </main>
  );
}
