import styles from "./Spinner.module.css";

/** Something is under way; what it is stands beside it. */
export const Spinner = () => <span className={styles.spinner} aria-hidden="true" />;
