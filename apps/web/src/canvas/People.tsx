import { useMemo } from "react";

import { useText } from "../text/index.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { classes } from "../ui/classes.ts";
import { Tooltip } from "../ui/Tooltip.tsx";
import styles from "./People.module.css";
import { useMaybeGraph, usePeers } from "../project/project.ts";
import { useCanvas, useCanvasStore } from "../project/ui-state.ts";

const SHOWN_MAX = 5;

/** Who else is here, once for each window they have open; pressing one follows them. */
export function People() {
  const { canvas } = useText();
  const peers = usePeers();
  const members = useMaybeGraph()?.members;
  const store = useCanvasStore();
  const following = useCanvas((ui) => ui.following);
  const list = useMemo(() => [...peers.values()].toSorted((a, b) => a.s - b.s), [peers]);
  if (list.length === 0) return null;
  const hidden = list.length - SHOWN_MAX;
  return (
    <ul className={styles.people} aria-label={canvas.peopleHere(list.length)}>
      {list.slice(0, SHOWN_MAX).map(({ s, userId, name, color }) => {
        const isFollowed = following === s;
        const label = isFollowed ? canvas.unfollow(name) : canvas.follow(name);
        return (
          <li key={s}>
            <Tooltip text={label}>
              <button
                type="button"
                aria-label={label}
                aria-pressed={isFollowed}
                className={classes(styles.person, isFollowed && styles.followed)}
                onClick={() => store.setState({ following: isFollowed ? null : s })}
              >
                <Avatar name={name} color={color} picture={members?.get(userId)?.avatar} />
              </button>
            </Tooltip>
          </li>
        );
      })}
      {hidden > 0 && <li className={styles.more}>+{hidden}</li>}
    </ul>
  );
}
