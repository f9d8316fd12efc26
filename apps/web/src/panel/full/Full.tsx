import { answerTab } from "../answer/Answer.tsx";
import styles from "./Full.module.css";

/** What the panel shows of a card, with room for it. */
export function Full({ id }: { id: string }) {
  return (
    <div className={styles.full}>
      <answerTab.Body selected={[id]} />
    </div>
  );
}
