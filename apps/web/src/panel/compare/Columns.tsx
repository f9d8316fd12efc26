import { useRef, useState, type ReactNode } from "react";

import { Markdown } from "../../markdown/Markdown.tsx";
import { useText } from "../../text/index.ts";
import { Select } from "../../ui/Field.tsx";
import { Soft } from "../parts/Parts.tsx";
import styles from "./Columns.module.css";
import { canMark, useMarks } from "./use-marks.ts";

/** An answer that stands beside others. */
export interface Column {
  readonly id: string;
  /** What tells it from the others in one line. */
  readonly name: string;
  readonly model: ReactNode;
  readonly text: string;
  readonly isLive: boolean;
  readonly facts: ReactNode;
  /** What can be done with it. */
  readonly actions: ReactNode;
}

/** Any number of answers beside each other, as they were meant, with what each says that a chosen one does not. */
export function Columns({ columns }: { columns: readonly Column[] }) {
  const ref = useRef<HTMLDivElement>(null);
  const [chosen, choose] = useState<string | null>(columns[0]?.id ?? null);
  const base = columns.some(({ id }) => id === chosen) ? chosen : null;
  const words = useMarks(ref, base);
  return (
    <>
      {canMark() && <Base columns={columns} base={base} onChoose={choose} />}
      <div ref={ref} className={styles.columns}>
        {columns.map((column) => (
          <Shown key={column.id} column={column} isBase={column.id === base} words={words.get(column.id)} />
        ))}
      </div>
    </>
  );
}

interface BaseProps {
  columns: readonly Column[];
  base: string | null;
  onChoose: (id: string | null) => void;
}

function Base({ columns, base, onChoose }: BaseProps) {
  const { compare } = useText().panel;
  return (
    <div className={styles.base}>
      <Select
        label={compare.base}
        value={base ?? ""}
        onChange={({ target }) => onChoose(target.value === "" ? null : target.value)}
      >
        <option value="">{compare.noBase}</option>
        {columns.map(({ id, name }, place) => (
          <option key={id} value={id}>
            {compare.column(place + 1, name)}
          </option>
        ))}
      </Select>
    </div>
  );
}

interface ShownProps {
  column: Column;
  isBase: boolean;
  words: number | undefined;
}

function Shown({ column: { id, name, model, text, isLive, facts, actions }, isBase, words }: ShownProps) {
  const { compare } = useText().panel;
  return (
    <section className={styles.column} aria-label={name} data-base={isBase || undefined}>
      <header className={styles.head}>
        <h3>{name}</h3>
        <p className={styles.model}>{model}</p>
        {facts}
        {isBase && <Soft>{compare.isBase}</Soft>}
        {!isBase && words !== undefined && <Soft>{words === 0 ? compare.same : compare.words(words)}</Soft>}
        <div className={styles.actions} data-keeps-focus>
          {actions}
        </div>
      </header>
      <div
        className={styles.text}
        data-column={text === "" ? undefined : id}
        tabIndex={0}
        role="group"
        aria-label={compare.answerOf(name)}
      >
        {text === "" ? <Soft>{compare.noAnswer}</Soft> : <Markdown text={text} live={isLive} />}
      </div>
    </section>
  );
}
