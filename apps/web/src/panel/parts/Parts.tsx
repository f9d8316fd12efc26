import { useId, useState, type ReactNode } from "react";

import { isFrame } from "../../project/kinds.ts";
import { useGraph, useProjectState } from "../../project/project.ts";
import { useCanvasStore } from "../../project/ui-state.ts";
import type { Refusal } from "../../sync/index.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { classes } from "../../ui/classes.ts";
import { Spinner } from "../../ui/Spinner.tsx";
import { refusalWords } from "../../ui/refusal-words.ts";
import { explained } from "../../ui/toasts.ts";
import { titleAmong } from "../../project/title.ts";
import styles from "./Parts.module.css";

export type Tone = "plain" | "good" | "warn" | "bad" | "accent";

interface SectionProps {
  title: string;
  /** What stands at the right of the title. */
  actions?: ReactNode;
  children: ReactNode;
}

export function Section({ title, actions, children }: SectionProps) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <header className={styles.head}>
        <h3 id={id} className={styles.title}>
          {title}
        </h3>
        {actions}
      </header>
      {children}
    </section>
  );
}

export const Badge = ({ tone = "plain", children }: { tone?: Tone; children: ReactNode }) => (
  <span className={classes(styles.badge, tone !== "plain" && styles[tone])}>{children}</span>
);

export const Notice = ({ tone = "plain", children }: { tone?: "plain" | "warn" | "bad"; children: ReactNode }) => (
  <div className={classes(styles.notice, tone !== "plain" && styles[tone])}>{children}</div>
);

/** A row of buttons; one that gives way to another leaves it the keyboard. */
export const Actions = ({ children, atEnd = false }: { children: ReactNode; atEnd?: boolean }) => (
  <div className={classes(styles.actions, atEnd && styles.atEnd)} data-keeps-focus>
    {children}
  </div>
);
export const Soft = ({ children }: { children: ReactNode }) => (
  <p className={classes(styles.soft, styles.small)}>{children}</p>
);

/** What the server said against a change. */
export const Refused = ({ refusal }: { refusal: Refusal | null }) =>
  refusal === null ? null : (
    <p className={styles.refused} role="alert">
      {refusalWords(refusal)}
    </p>
  );

export const Failed = ({ error }: { error: unknown }) =>
  error === null || error === undefined ? null : (
    <p className={styles.refused} role="alert">
      {explained(error)}
    </p>
  );

interface Read {
  isError: boolean;
  error: unknown;
  refetch: () => unknown;
}

/** In the place of what is not here yet, or did not come. */
export function Reading({ query }: { query: Read }) {
  const { common, panel } = useText();
  const { status } = useProjectState();
  if (!query.isError) {
    if (status === "offline") return <Soft>{panel.readLater}</Soft>;
    return (
      <p className={styles.waiting} role="status">
        <Spinner />
        {common.loading}
      </p>
    );
  }
  return (
    <Notice tone="bad">
      <p role="alert">{explained(query.error)}</p>
      <div className={styles.actions}>
        <Button size="small" onClick={() => void query.refetch()}>
          {common.retry}
        </Button>
      </div>
    </Notice>
  );
}

export function Facts({ facts }: { facts: readonly (readonly [string, ReactNode] | false)[] }) {
  const shown = facts.filter((fact) => fact !== false);
  if (shown.length === 0) return null;
  return (
    <dl className={styles.facts}>
      {shown.map(([name, value]) => (
        <div key={name} style={{ display: "contents" }}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** What is inside is made when it is opened first. */
export function Fold({ title, children, open = false }: { title: ReactNode; children: ReactNode; open?: boolean }) {
  const [isOpen, setOpen] = useState(open);
  return (
    <details className={styles.fold} open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{title}</summary>
      {isOpen && children}
    </details>
  );
}

/** A node by the first words of its prompt; leads to it. */
export function NodeLink({ id }: { id: string }) {
  const title = useTitle();
  const ui = useCanvasStore();
  const { panel } = useText();
  const name = title(id);
  return (
    <button
      type="button"
      className={styles.link}
      title={panel.show(name)}
      onClick={() => ui.setState({ selection: new Set([id]) })}
    >
      {name}
    </button>
  );
}

/** The titles of nodes. */
export function useTitle(): (id: string) => string {
  const { nodes } = useGraph();
  const { canvas, panel } = useText();
  return (id) => {
    const node = nodes.get(id);
    if (node === undefined) return panel.unknownNode;
    return titleAmong(nodes, node, isFrame(node) ? canvas.kind.FRAME : panel.untitled);
  };
}

/** The names of those who are or were members. */
export function usePerson(): (id: string) => string {
  const { members } = useGraph();
  const { panel } = useText();
  return (id) => members.get(id)?.name ?? panel.unknownPerson;
}
