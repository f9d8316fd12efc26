import styles from "./Nothing.module.css";

/** In place of a list without anything in it. */
export const Nothing = ({ title, text }: { title: string; text: string }) => (
  <div className={styles.nothing}>
    <h3>{title}</h3>
    <p>{text}</p>
  </div>
);
