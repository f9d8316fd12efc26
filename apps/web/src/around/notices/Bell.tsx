import { Bell as Icon } from "lucide-react";
import { useStore } from "zustand";

import { soonComponent } from "../../ui/late.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Popover } from "../../ui/Popover.tsx";
import styles from "./Notices.module.css";
import { useNoticesNews } from "./queries.ts";
import { unread } from "./count.ts";

/** More than this are many. */
const COUNT_SHOWN_MAX = 99;

const Latest = soonComponent(async () => (await import("./Latest.tsx")).Latest);

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
