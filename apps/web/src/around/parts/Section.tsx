import { useId, type ReactNode } from "react";

import { classes } from "../../ui/classes.ts";
import styles from "./Section.module.css";

interface Props {
  title?: string;
  text?: string;
  danger?: boolean;
  actions?: ReactNode;
  children?: ReactNode;
}

/** One matter of a page, with what one should know about it. */
export function Section({ title, text, danger = false, actions, children }: Props) {
  const id = useId();
  return (
    <section
      className={classes(styles.section, danger && styles.danger)}
      aria-labelledby={title === undefined ? undefined : id}
    >
      {(title !== undefined || text !== undefined || actions !== undefined) && (
        <header className={styles.header}>
          <div>
            {title !== undefined && <h2 id={id}>{title}</h2>}
            {text !== undefined && <p className={styles.text}>{text}</p>}
          </div>
          {actions}
        </header>
      )}
      {children}
    </section>
  );
}
