import { useItems } from "../../project/changes/queries.ts";
import { useText } from "../../text/index.ts";
import { Reading, Section } from "../parts/Parts.tsx";
import styles from "./Changes.module.css";
import { OneSet } from "./OneSet.tsx";

/** What a task changed, or proposes to change, and how all or a part of it is taken back. */
export function ChangesOfTask({ set }: { set: string }) {
  const { changeSets: words } = useText().panel;
  const query = useItems(set);
  return (
    <Section title={words.title}>
      {query.data === undefined ? (
        <Reading query={query} />
      ) : (
        <ul className={styles.list}>
          {/* The task has its name above. */}
          <OneSet set={query.data} title={null} />
        </ul>
      )}
    </Section>
  );
}
