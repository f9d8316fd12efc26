import { useEffect, useRef, type ReactNode, type SubmitEvent } from "react";

import { Refused } from "../../api/problem.ts";
import { explained } from "../../ui/toasts.ts";
import { classes } from "../../ui/classes.ts";
import styles from "./Form.module.css";
import { isAllBeside } from "./wrong.ts";

/** What stands in a field, by its name. */
export type Values = (field: string) => string;

interface Props {
  onSubmit: (values: Values) => void;
  /** Why the last sending failed. */
  error: unknown;
  /** What is said here of a refusal, by its code, where that is more than what is said anywhere. */
  words?: Readonly<Record<string, string>>;
  /** The fields that show beside them what is wrong with them. */
  fields?: readonly string[];
  actions: ReactNode;
  /** Whether the only button takes the whole width. */
  tall?: boolean;
  label?: string;
  children: ReactNode;
}

/** A form that keeps what was typed when the server refuses it, and leads to the field that is at fault. */
export function Form({ onSubmit, error, words = {}, fields = [], actions, tall = false, label, children }: Props) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (error !== null) form.current?.querySelector<HTMLElement>("[aria-invalid='true']")?.focus();
  }, [error]);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    // A dialog inside another form's page must not send that form, too.
    event.stopPropagation();
    const entered = new FormData(event.currentTarget);
    onSubmit((field) => {
      const value = entered.get(field);
      return typeof value === "string" ? value : "";
    });
  };
  return (
    <form ref={form} className={styles.form} onSubmit={submit} aria-label={label}>
      {children}
      {error !== null && !isAllBeside(error, fields) && (
        <p className={styles.error} role="alert">
          {(error instanceof Refused ? words[error.code] : undefined) ?? explained(error)}
        </p>
      )}
      <div className={classes(styles.actions, tall && styles.tall)}>{actions}</div>
    </form>
  );
}
