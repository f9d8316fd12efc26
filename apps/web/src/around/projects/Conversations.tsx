import { Link } from "wouter";

import { addressOf } from "../../project/view.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Spinner } from "../../ui/Spinner.tsx";
import { Failed } from "../parts/Failed.tsx";
import { useTimes } from "../parts/times.ts";
import { More } from "./More.tsx";
import { keyOf, type Conversation } from "./pages.ts";
import styles from "./Projects.module.css";
import { useConversations } from "./use-conversations.ts";

interface Props {
  q: string;
  onClear: () => void;
}

/** The conversations of all projects; each leads to where it goes on. */
export function Conversations({ q, onClear }: Props) {
  const { around, common } = useText();
  const { data: found, error, isFetching, hasNextPage, fetchNextPage, refetch } = useConversations(q);
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
        {around.conversations.found(found.length, hasNextPage)}
      </p>
      {found.length > 0 && (
        <ul className={styles.list}>
          {found.map((conversation) => (
            <Row key={keyOf(conversation)} conversation={conversation} />
          ))}
        </ul>
      )}
      {found.length === 0 && !hasNextPage && <Nothing q={q} onClear={onClear} />}
      {hasNextPage && <More key={found.length} busy={isFetching} onMore={() => void fetchNextPage()} />}
    </>
  );
}

/** How the others stand is told by their last words. */
const TOLD: ReadonlySet<Conversation["status"]> = new Set(["GENERATING", "ERROR", "STALE"]);

function Row({ conversation }: { conversation: Conversation }) {
  const { around, canvas, panel } = useText();
  const { ago, full } = useTimes();
  const { nodeId, projectId, projectName, title, lastText, status, updatedAt, unread } = conversation;
  const there = addressOf({ pathname: `/projects/${projectId}`, search: "" }, { view: "thread", node: nodeId });
  return (
    <li className={styles.row} data-unread={unread}>
      <div className={styles.about}>
        <h2 className={styles.name}>
          <Link href={there}>{title === "" ? panel.untitled : title}</Link>
        </h2>
        {lastText !== "" && <p className={styles.description}>{lastText}</p>}
        <p className={styles.facts}>
          {unread && <span className={styles.unread}>{around.conversations.unread}</span>}
          {TOLD.has(status) && <span data-status={status}>{canvas.status[status]}</span>}
          <span>{projectName}</span>
          <time dateTime={updatedAt} title={full(updatedAt)}>
            {ago(updatedAt)}
          </time>
        </p>
      </div>
    </li>
  );
}

/** Why there is nothing, and the first step out of it. */
function Nothing({ q, onClear }: Props) {
  const { empty } = useText().around.conversations;
  return (
    <section className={styles.empty}>
      <h2>{q === "" ? empty.title : empty.notFound}</h2>
      <p>{q === "" ? empty.text : empty.notFoundText(q)}</p>
      {q !== "" && <Button onClick={onClear}>{empty.reset}</Button>}
    </section>
  );
}
