import { useId, type ReactNode } from "react";

import styles from "./Sharing.module.css";

/** One matter of the dialog. */
export function Part({ title, children }: { title: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className={styles.part} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}
