import type { InputHTMLAttributes } from "react";

import styles from "./Checkbox.module.css";

interface Props extends InputHTMLAttributes<HTMLInputElement> {
  label: string;
  /** Something that counts at once, and not when a form is sent. */
  isSwitch?: boolean;
}

export const Checkbox = ({ label, isSwitch = false, ...props }: Props) => (
  <label className={styles.checkbox}>
    <input {...props} type="checkbox" role={isSwitch ? "switch" : undefined} />
    <span>{label}</span>
  </label>
);
