import { Link } from "wouter";

import { useText } from "../../text/index.ts";
import { addressOf, VIEWS, type Place } from "./places.ts";
import styles from "./Projects.module.css";

interface Props {
  current: Place;
  q: string;
  isPhone: boolean;
}

/** Projects, or the conversations in them; the one that is read first on this screen stands first. */
export function Kinds({ current, q, isPhone }: Props) {
  const { projects, conversations } = useText().around;
  const isHere = current === "conversations";
  const kinds = [
    { place: "all", name: projects.title, isCurrent: !isHere },
    { place: "conversations", name: conversations.title, isCurrent: isHere },
  ] as const;
  return (
    <nav className={styles.kinds} aria-label={conversations.kindsLabel}>
      {(isPhone ? kinds.toReversed() : kinds).map(({ place, name, isCurrent }) => (
        <Link key={place} href={addressOf(place, q, isPhone)} aria-current={isCurrent ? "page" : undefined}>
          {name}
        </Link>
      ))}
    </nav>
  );
}

/** Which projects are shown. */
export function Views({ current, q, isPhone }: Props) {
  const { projects } = useText().around;
  return (
    <nav className={styles.views} aria-label={projects.viewsLabel}>
      {VIEWS.map((view) => (
        <Link key={view} href={addressOf(view, q, isPhone)} aria-current={view === current ? "page" : undefined}>
          {projects.views[view]}
        </Link>
      ))}
    </nav>
  );
}
