import { useMemo } from "react";

import { sketchesOf } from "../../project/sketch.ts";
import { useUser } from "../../session/use-session.ts";
import { useText } from "../../text/index.ts";
import { Spinner } from "../../ui/Spinner.tsx";
import { Failed } from "../parts/Failed.tsx";
import { Empty } from "./Empty.tsx";
import { More } from "./More.tsx";
import type { View } from "./places.ts";
import styles from "./Projects.module.css";
import { useProjects } from "./queries.ts";
import { Row } from "./Row.tsx";

interface Props {
  view: View;
  q: string;
  onCreate: () => void;
  onClear: () => void;
}

export function List({ view, q, onCreate, onClear }: Props) {
  const { around, common } = useText();
  const user = useUser().id;
  const sketches = useMemo(() => sketchesOf(user), [user]);
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
            <Row key={project.id} project={project} sketch={sketches.get(project.id)} />
          ))}
        </ul>
      )}
      {found.length === 0 && !hasNextPage && <Empty view={view} q={q} onCreate={onCreate} onClear={onClear} />}
      {hasNextPage && <More key={found.length} busy={isFetching} onMore={() => void fetchNextPage()} />}
    </>
  );
}
