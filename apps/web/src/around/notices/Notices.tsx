import { useMemo } from "react";
import { Link, useSearchParams } from "wouter";

import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Select } from "../../ui/Field.tsx";
import { Inside } from "../frame/Inside.tsx";
import { Loaded } from "../parts/Loaded.tsx";
import { Nothing } from "../parts/Nothing.tsx";
import { grouped, projectOf, type Notice } from "./groups.ts";
import { Line } from "./Line.tsx";
import styles from "./Notices.module.css";
import { useNotices, useReadingAll } from "./queries.ts";

/** Everything that somebody was told, of all projects or of one. */
export default function Notices() {
  const { notices } = useText().around;
  const [search, setSearch] = useSearchParams();
  const project = search.get("project") ?? "";
  const query = useNotices(project);
  const all = useReadingAll();
  return (
    <Inside
      title={notices.title}
      actions={
        <Button busy={all.isPending} onClick={() => all.mutate(project)}>
          {project === "" ? notices.readAll : notices.readAllHere}
        </Button>
      }
    >
      <div className={styles.choose}>
        <Projects chosen={project} onChoose={(id) => setSearch(id === "" ? {} : { project: id })} />
        <Link href="/settings/notifications">{notices.choose}</Link>
      </div>
      <Loaded query={query}>
        {(items) =>
          items.length === 0 ? <Nothing title={notices.none} text={notices.noneText} /> : <ByProject items={items} />
        }
      </Loaded>
      {query.hasNextPage && (
        <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {notices.more}
        </Button>
      )}
    </Inside>
  );
}

/** The projects that something was told of, by the names they had then. */
function named(items: readonly Notice[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const notice of items) {
    if (notice.projectId !== null && !names.has(notice.projectId)) names.set(notice.projectId, projectOf(notice));
  }
  return names;
}

function Projects({ chosen, onChoose }: { chosen: string; onChoose: (id: string) => void }) {
  const { notices } = useText().around;
  const { data: items = [] } = useNotices("");
  const names = useMemo(() => named(items), [items]);
  return (
    <Select label={notices.project} value={chosen} onChange={({ target }) => onChoose(target.value)}>
      <option value="">{notices.everywhere}</option>
      {[...names].map(([id, name]) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </Select>
  );
}

function ByProject({ items }: { items: readonly Notice[] }) {
  const { notices } = useText().around;
  const names = named(items);
  const elsewhere = items.filter(({ projectId }) => projectId === null);
  return (
    <>
      {[...names].map(([id, name]) => (
        <Part key={id} name={name} items={items.filter(({ projectId }) => projectId === id)} />
      ))}
      {elsewhere.length > 0 && <Part name={notices.elsewhere} items={elsewhere} />}
    </>
  );
}

const Part = ({ name, items }: { name: string; items: readonly Notice[] }) => (
  <section className={styles.part} aria-label={name}>
    <h2>{name}</h2>
    <ul className={styles.lines}>
      {grouped(items).map((group) => (
        <Line key={group.latest.id} group={group} />
      ))}
    </ul>
  </section>
);
