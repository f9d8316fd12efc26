import { useChangeSets } from "../../project/changes/queries.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Reading, Soft } from "../parts/Parts.tsx";
import styles from "./Changes.module.css";
import { OneSet } from "./OneSet.tsx";

/** What was done or proposed together, and how it is taken back or accepted. */
export function List() {
  const { common, panel } = useText();
  const pages = useChangeSets();
  if (pages.data === undefined) return <Reading query={pages} />;
  const sets = pages.data.pages.flatMap(({ items }) => items);
  if (sets.length === 0) return <Soft>{panel.changeSets.none}</Soft>;
  return (
    <>
      <ul className={styles.list}>
        {sets.map((set) => (
          <OneSet key={set.id} set={set} />
        ))}
      </ul>
      {pages.hasNextPage && (
        <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {common.more}
        </Button>
      )}
    </>
  );
}
