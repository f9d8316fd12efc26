import { Link } from "wouter";

import { Mark } from "../around/frame/Mark.tsx";
import { useAccess, useGraph } from "../project/project.ts";
import { useCanvas, useCanvasStore } from "../project/ui-state.ts";
import { showCanvas, showThread } from "../project/view.ts";
import { useText } from "../text/index.ts";
import { Segments } from "../ui/Segments.tsx";
import styles from "./Visit.module.css";

/** Whether somebody reads a project that is not theirs: a public one, with an account or without. */
export function useIsVisit(): boolean {
  const { project } = useGraph();
  return useAccess().isGuest || project.role == null;
}

/** Who made the page that somebody was sent to; leads to what the product is. */
export function Brand() {
  const { intro } = useText().around.frame;
  return (
    <Link href="/" className={styles.brand} title={intro.lead}>
      <Mark />
    </Link>
  );
}

/** What a project is about, for those who were sent here, and the two ways to read it. */
export function About() {
  const { canvas, thread } = useText();
  const { project } = useGraph();
  const view = useCanvas((ui) => ui.view);
  const store = useCanvasStore();
  return (
    <div className={styles.about}>
      <Segments
        label={canvas.views.label}
        value={view}
        options={[
          ["canvas", canvas.views.canvas],
          ["thread", thread.toggle],
        ]}
        onChange={(chosen) => (chosen === "thread" ? showThread(store) : showCanvas(store))}
      />
      {project.description !== null && (
        <p className={styles.description} title={project.description}>
          {project.description}
        </p>
      )}
    </div>
  );
}
