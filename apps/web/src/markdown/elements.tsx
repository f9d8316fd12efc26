import { use, type ComponentProps, type MouseEvent } from "react";
import type { Components, ExtraProps } from "react-markdown";

import { useText } from "../text/index.ts";
import { CitationsContext, CitedContext } from "./citations.ts";
import { Code } from "./Code.tsx";
import styles from "./Markdown.module.css";

const LEADS_OUT = /^(?:https?:\/\/|mailto:)/i;

/** What the elements of an answer become. */
export const elements: Components = {
  a: Link,
  pre: Code,
  table: Table,
  input: Box,
  cite: Cite,
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

type CiteProps = ComponentProps<"cite"> & { "data-file"?: string; "data-page"?: string; "data-quote"?: string };

/** A citation opens the place that it names. */
function Cite({ children, ...props }: CiteProps) {
  const { files } = useText();
  const citations = use(CitationsContext);
  const file = use(CitedContext).find(({ id }) => id === props["data-file"]);
  if (citations === null || file === undefined) return <cite>{children}</cite>;
  const page = props["data-page"] === undefined ? null : Number(props["data-page"]);
  const open = (event: MouseEvent) => {
    // The card below is not pressed.
    event.stopPropagation();
    citations.open(file, page, props["data-quote"] ?? null);
  };
  const label = page === null ? files.open(file.name) : files.openAt(file.name, page);
  return (
    <button type="button" className={`nodrag nopan ${styles.cite ?? ""}`} aria-label={label} onClick={open}>
      {children}
    </button>
  );
}
