import {
  useId,
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
} from "react";

import styles from "./Field.module.css";

interface About {
  label: string;
  /** What helps before something is typed. */
  hint?: ReactNode;
  /** What is wrong with what was typed, and the way out. */
  error?: string | undefined;
}

interface Wiring {
  id: string;
  "aria-invalid": boolean | undefined;
  "aria-describedby": string | undefined;
  className: string | undefined;
}

function Labelled({ label, hint, error, children }: About & { children: (wiring: Wiring) => ReactNode }) {
  const id = useId();
  const described = [hint !== undefined && `${id}-hint`, error !== undefined && `${id}-error`]
    .filter(Boolean)
    .join(" ");
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      {children({
        id,
        "aria-invalid": error !== undefined || undefined,
        "aria-describedby": described === "" ? undefined : described,
        className: styles.control,
      })}
      {hint !== undefined && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      {error !== undefined && (
        <p id={`${id}-error`} className={styles.error} role="alert">
          {error}
        </p>
      )}
    </div>
  );
}

export const Input = ({ label, hint, error, ...props }: About & InputHTMLAttributes<HTMLInputElement>) => (
  <Labelled label={label} hint={hint} error={error}>
    {(wiring) => <input data-autofocus={props.autoFocus} {...props} {...wiring} />}
  </Labelled>
);

export const TextArea = ({ label, hint, error, ...props }: About & TextareaHTMLAttributes<HTMLTextAreaElement>) => (
  <Labelled label={label} hint={hint} error={error}>
    {(wiring) => <textarea rows={4} {...props} {...wiring} />}
  </Labelled>
);

export const Select = ({ label, hint, error, ...props }: About & SelectHTMLAttributes<HTMLSelectElement>) => (
  <Labelled label={label} hint={hint} error={error}>
    {(wiring) => <select {...props} {...wiring} />}
  </Labelled>
);
