import { useCallback } from "react";

import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Spinner } from "../../ui/Spinner.tsx";
import { Failed } from "../parts/Failed.tsx";
import { Empty } from "./Empty.tsx";
import styles from "./Projects.module.css";
import { useProjects, type View } from "./queries.ts";
import { Row } from "./Row.tsx";

interface Props {
  view: View;
  q: string;
  onCreate: () => void;
  onClear: () => void;
}

export function List({ view, q, onCreate, onClear }: Props) {
  const { around, common } = useText();
  const { data: found, error, isFetching, hasNextPage, fetchNextPage, refetch } = useProjects(view, q);
  if (error !== null && found === undefined) return <Failed error={error} onRetry={() => void refetch()} />;
  if (found === undefined) {
    return (
      <p className={styles.loading}>
        <Spinner /> {common.loading}
      </p>
    );
  }
  return (
    <>
      <p className="visually-hidden" role="status">
        {around.projects.found(found.length, hasNextPage)}
      </p>
      {found.length > 0 && (
        <ul className={styles.list}>
          {found.map((project) => (
            <Row key={project.id} project={project} />
          ))}
        </ul>
      )}
      {found.length === 0 && !hasNextPage && <Empty view={view} q={q} onCreate={onCreate} onClear={onClear} />}
      {hasNextPage && <More key={found.length} busy={isFetching} onMore={() => void fetchNextPage()} />}
    </>
  );
}

/** Goes on by itself once it is seen, and by hand for those who come to it with the keyboard. */
function More({ busy, onMore }: { busy: boolean; onMore: () => void }) {
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
