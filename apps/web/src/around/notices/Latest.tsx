import { Link } from "wouter";

import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Loaded } from "../parts/Loaded.tsx";
import { grouped } from "./groups.ts";
import { Line } from "./Line.tsx";
import styles from "./Notices.module.css";
import { useNotices, useReadingAll } from "./queries.ts";

const LINES_SHOWN = 8;

/** The latest that somebody was told, in the bell. */
export function Latest() {
  const { notices } = useText().around;
  const query = useNotices("");
  const all = useReadingAll();
  return (
    <>
      <Loaded query={query}>
        {(items) =>
          items.length === 0 ? (
            <p className={styles.none}>{notices.none}</p>
          ) : (
            <ul className={styles.lines} aria-label={notices.title}>
              {grouped(items)
                .slice(0, LINES_SHOWN)
                .map((group) => (
                  <Line key={group.latest.id} group={group} />
                ))}
            </ul>
          )
        }
      </Loaded>
      <div className={styles.foot}>
        <Link href="/notifications">{notices.all}</Link>
        <Button size="small" busy={all.isPending} onClick={() => all.mutate("")}>
          {notices.readAll}
        </Button>
      </div>
    </>
  );
}
