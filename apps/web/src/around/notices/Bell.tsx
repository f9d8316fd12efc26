import { Bell as Icon } from "lucide-react";
import { Link } from "wouter";
import { useStore } from "zustand";

import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Popover } from "../../ui/Popover.tsx";
import { Loaded } from "../parts/Loaded.tsx";
import { grouped } from "./groups.ts";
import { Line } from "./Line.tsx";
import styles from "./Notices.module.css";
import { useNotices, useNoticesNews, useReadingAll } from "./queries.ts";
import { unread } from "./count.ts";

/** More than this are many. */
const COUNT_SHOWN_MAX = 99;
const LINES_SHOWN = 8;

/** How much somebody has not read, on every page, and the latest of it. */
export function Bell() {
  const { notices } = useText().around;
  const many = useStore(unread, ({ count }) => count?.unread ?? 0);
  useNoticesNews();
  const button = (
    <Button look="quiet" className={styles.bell} aria-label={notices.bell(many)} title={notices.bell(many)}>
      <Icon aria-hidden />
      {many > 0 && (
        <span className={styles.count} aria-hidden>
          {many > COUNT_SHOWN_MAX ? `${COUNT_SHOWN_MAX}+` : many}
        </span>
      )}
    </Button>
  );
  return (
    <>
      <Popover title={notices.title} button={button}>
        <Latest />
      </Popover>
      <span className="visually-hidden" role="status">
        {many > 0 && notices.bell(many)}
      </span>
    </>
  );
}

function Latest() {
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
