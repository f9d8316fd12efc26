import type { ReactNode } from "react";

import styles from "./Items.module.css";

export const Items = ({ label, children }: { label: string; children: ReactNode }) => (
  <ul className={styles.items} aria-label={label}>
    {children}
  </ul>
);

interface Props {
  icon?: ReactNode;
  title: ReactNode;
  /** Said in small letters below; what is missing is left out. */
  facts?: readonly (string | false | null)[];
  children?: ReactNode;
}

/** One line of a short list, with what one can do to it at its end. */
export function ListItem({ icon, title, facts = [], children }: Props) {
  const said = facts.filter((fact) => typeof fact === "string");
  return (
    <li className={styles.item}>
      {icon}
      <div className={styles.about}>
        <div className={styles.title}>{title}</div>
        {said.length > 0 && <p className={styles.facts}>{said.join(" · ")}</p>}
      </div>
      {children !== undefined && <div className={styles.actions}>{children}</div>}
    </li>
  );
}

/** A word that sets one line apart from the others. */
export const Tag = ({ children }: { children: ReactNode }) => <span className={styles.tag}>{children}</span>;
