import { useText } from "../../text/index.ts";
import styles from "./Mark.module.css";

/** The product's mark and name. */
export function Mark() {
  const { appName } = useText().common;
  return (
    <span className={styles.mark}>
      <img src="/icon.svg" alt="" width="26" height="26" />
      {appName}
    </span>
  );
}
