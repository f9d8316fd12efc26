import { useCallback } from "react";

import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import styles from "./Projects.module.css";

/** Goes on by itself once it is seen, and by hand for those who come to it with the keyboard. */
export function More({ busy, onMore }: { busy: boolean; onMore: () => void }) {
  const { projects } = useText().around;
  const watch = useCallback(
    (button: HTMLButtonElement | null) => {
      if (button === null || busy) return undefined;
      const watcher = new IntersectionObserver((seen) => {
        if (seen.some(({ isIntersecting }) => isIntersecting)) onMore();
      });
      watcher.observe(button);
      return () => {
        watcher.disconnect();
      };
    },
    [busy, onMore],
  );
  return (
    <Button ref={watch} className={styles.more} busy={busy} onClick={onMore}>
      {projects.more}
    </Button>
  );
}
