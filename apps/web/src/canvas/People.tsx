import { useMemo } from "react";

import { useText } from "../text/index.ts";
import { Avatar } from "../ui/Avatar.tsx";
import { classes } from "../ui/classes.ts";
import { Tooltip } from "../ui/Tooltip.tsx";
import styles from "./People.module.css";
import { personsOf } from "./persons.ts";
import { useMaybeGraph, usePeers, useProject } from "../project/project.ts";
import { useCanvas, useCanvasStore } from "../project/ui-state.ts";

const SHOWN_MAX = 5;

/** Who else is here, once each on however many devices; pressing one follows them. */
export function People() {
  const { canvas } = useText();
  const peers = usePeers();
  const { user } = useProject();
  const members = useMaybeGraph()?.members;
  const store = useCanvasStore();
  const following = useCanvas((ui) => ui.following);
  const list = useMemo(() => personsOf(peers.values(), user), [peers, user]);
  if (list.length === 0) return null;
  const hidden = list.length - SHOWN_MAX;
  return (
    <ul className={styles.people} aria-label={canvas.peopleHere(list.length)}>
      {list.slice(0, SHOWN_MAX).map(({ userId, name, color, sockets }) => {
        const isFollowed = sockets.some((socket) => socket === following);
        const label = isFollowed ? canvas.unfollow(name) : canvas.follow(name);
        return (
          <li key={userId}>
            <Tooltip text={label}>
              <button
                type="button"
                aria-label={label}
                aria-pressed={isFollowed}
                className={classes(styles.person, isFollowed && styles.followed)}
                onClick={() => store.setState({ following: isFollowed ? null : (sockets[0] ?? null) })}
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
