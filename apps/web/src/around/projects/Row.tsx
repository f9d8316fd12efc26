import { Globe } from "lucide-react";
import { Link } from "wouter";

import type { Sketch } from "../../project/sketch.ts";
import { useText } from "../../text/index.ts";
import { useTimes } from "../parts/times.ts";
import { RowActions } from "./RowActions.tsx";
import type { Project } from "./queries.ts";
import { Thumbnail } from "./Thumbnail.tsx";
import styles from "./Projects.module.css";

/** One project of the list. What lies in the trash cannot be opened. */
export function Row({ project, sketch }: { project: Project; sketch: Sketch | undefined }) {
  const { projects } = useText().around;
  const { ago, full } = useTimes();
  const { name, description, role, isPublic, updatedAt, deletedAt } = project;
  return (
    <li className={styles.row}>
      <Thumbnail sketch={sketch} />
      <div className={styles.about}>
        <h2 className={styles.name}>
          {deletedAt === null ? <Link href={`/projects/${project.id}`}>{name}</Link> : name}
        </h2>
        {description !== null && description !== "" && <p className={styles.description}>{description}</p>}
        <p className={styles.facts}>
          <span>{projects.roles[role ?? "VIEWER"]}</span>
          {isPublic && (
            <span className={styles.public}>
              <Globe aria-hidden />
              {projects.public}
            </span>
          )}
          <time dateTime={deletedAt ?? updatedAt} title={full(deletedAt ?? updatedAt)}>
            {deletedAt === null ? projects.changed(ago(updatedAt)) : projects.deleted(ago(deletedAt))}
          </time>
        </p>
      </div>
      <div className={styles.actions}>
        <RowActions project={project} />
      </div>
    </li>
  );
}
