import { Link, useSearchParams } from "wouter";
import type { ReactNode } from "react";

import type { Schemas } from "../../api/client.ts";
import { useSession } from "../../session/use-session.ts";
import { useText } from "../../text/index.ts";
import { Spinner } from "../../ui/Spinner.tsx";
import { Inside } from "../frame/Inside.tsx";
import { Outside } from "../frame/Outside.tsx";
import { Failed } from "../parts/Failed.tsx";
import { useTimes } from "../parts/times.ts";
import { More } from "./More.tsx";
import styles from "./Projects.module.css";
import { useListed } from "./queries.ts";
import { Search } from "./Search.tsx";

/** The public projects that their owners show to everybody, with an account or without. */
export default function Explore() {
  const { explore } = useText().around.projects;
  const [search, setSearch] = useSearchParams();
  const q = search.get("q") ?? "";
  const find = (text: string) => {
    setSearch(text === "" ? {} : { q: text }, { replace: true });
  };
  return (
    <Frame title={explore.title}>
      <p>{explore.text}</p>
      <div className={styles.bar}>
        <Search label={explore.search} q={q} onSearch={find} />
      </div>
      <Found q={q} />
    </Frame>
  );
}

function Frame({ title, children }: { title: string; children: ReactNode }) {
  const { status } = useSession();
  return status === "out" ? <Outside title={title}>{children}</Outside> : <Inside title={title}>{children}</Inside>;
}

function Found({ q }: { q: string }) {
  const { around, common } = useText();
  const { explore, found: counted } = around.projects;
  const { data: found, error, isFetching, hasNextPage, fetchNextPage, refetch } = useListed(q);
  if (error !== null && found === undefined) return <Failed error={error} onRetry={() => void refetch()} />;
  if (found === undefined) {
    return (
      <p className={styles.loading}>
        <Spinner /> {common.loading}
      </p>
    );
  }
  const nothing = q === "" ? explore.empty : { title: explore.notFound.title, text: explore.notFound.text(q) };
  return (
    <>
      <p className="visually-hidden" role="status">
        {counted(found.length, hasNextPage)}
      </p>
      {found.length === 0 ? (
        <section className={styles.empty}>
          <h2>{nothing.title}</h2>
          <p>{nothing.text}</p>
        </section>
      ) : (
        <ul className={styles.list}>
          {found.map((project) => (
            <Line key={project.id} project={project} />
          ))}
        </ul>
      )}
      {hasNextPage && <More key={found.length} busy={isFetching} onMore={() => void fetchNextPage()} />}
    </>
  );
}

function Line({ project }: { project: Schemas["ListedProject"] }) {
  const { projects } = useText().around;
  const { ago, full } = useTimes();
  const { id, name, description, ownerName, nodeCount, updatedAt } = project;
  return (
    <li className={styles.row}>
      <div className={styles.about}>
        <h2 className={styles.name}>
          <Link href={`/projects/${id}`}>{name}</Link>
        </h2>
        {description !== null && description !== "" && <p className={styles.description}>{description}</p>}
        <p className={styles.facts}>
          <span>{projects.explore.by(ownerName)}</span>
          <span>{projects.explore.nodes(nodeCount)}</span>
          <time dateTime={updatedAt} title={full(updatedAt)}>
            {projects.changed(ago(updatedAt))}
          </time>
        </p>
      </div>
    </li>
  );
}
