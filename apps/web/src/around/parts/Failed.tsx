import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { explained } from "../../ui/toasts.ts";
import styles from "./Failed.module.css";

/** In place of something that could not be read. */
export function Failed({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { common } = useText();
  return (
    <div className={styles.failed} role="alert">
      <p>{explained(error)}</p>
      <Button size="small" onClick={onRetry}>
        {common.retry}
      </Button>
    </div>
  );
}
