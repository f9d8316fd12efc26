import { Link, useSearchParams } from "wouter";

import { useText } from "../../text/index.ts";
import { VIEWS, type View } from "./queries.ts";
import styles from "./Projects.module.css";

/** Which projects are shown; what is searched for stays. */
export function Views({ current }: { current: View }) {
  const { projects } = useText().around;
  const q = useSearchParams()[0].get("q");
  return (
    <nav className={styles.views} aria-label={projects.viewsLabel}>
      {VIEWS.map((view) => {
        const search = new URLSearchParams({ ...(view !== "all" && { view }), ...(q !== null && { q }) }).toString();
        return (
          <Link
            key={view}
            href={search === "" ? "/" : `/?${search}`}
            aria-current={view === current ? "page" : undefined}
          >
            {projects.views[view]}
          </Link>
        );
      })}
    </nav>
  );
}
