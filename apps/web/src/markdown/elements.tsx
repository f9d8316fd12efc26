import type { ComponentProps } from "react";
import type { Components, ExtraProps } from "react-markdown";

import { useText } from "../text/index.ts";
import { Code } from "./Code.tsx";
import styles from "./Markdown.module.css";

const LEADS_OUT = /^(?:https?:\/\/|mailto:)/i;

/** What the elements of an answer become. */
export const elements: Components = {
  a: Link,
  pre: Code,
  table: Table,
  input: Box,
  // The page has headings of its own, above these.
  h1: ({ children }) => <h3 className={styles.h1}>{children}</h3>,
  h2: ({ children }) => <h4 className={styles.h2}>{children}</h4>,
  h3: ({ children }) => <h5 className={styles.h3}>{children}</h5>,
  h4: ({ children }) => <h6 className={styles.h3}>{children}</h6>,
  h5: ({ children }) => <h6 className={styles.h3}>{children}</h6>,
};

/** A link leads to another site, in another tab, or to a footnote; anything else is only its text. */
function Link({ href = "", children, node: _, ...props }: ComponentProps<"a"> & ExtraProps) {
  if (LEADS_OUT.test(href)) {
    return (
      <a href={href} title={props.title} target="_blank" rel="noopener noreferrer nofollow">
        {children}
      </a>
    );
  }
  if (!href.startsWith("#")) return <span title={props.title}>{children}</span>;
  return (
    <a {...props} href={href}>
      {children}
    </a>
  );
}

function Table({ children }: ComponentProps<"table">) {
  const { panel } = useText();
  return (
    <div className={styles.table} tabIndex={0} role="region" aria-label={panel.table}>
      <table>{children}</table>
    </div>
  );
}

/** The box of a task: to be read, not to be ticked. */
function Box({ checked }: ComponentProps<"input">) {
  const { panel } = useText();
  return (
    <span
      className={styles.box}
      data-checked={checked === true}
      role="img"
      aria-label={checked === true ? panel.task.done : panel.task.open}
    />
  );
}
