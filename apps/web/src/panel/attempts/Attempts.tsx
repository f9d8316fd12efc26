import { useState } from "react";

import { useText } from "../../text/index.ts";
import { useMay } from "../../project/use-rights.ts";
import { Button } from "../../ui/Button.tsx";
import { useAttempts, type Attempt } from "../data/queries.ts";
import { Actions, Reading, Section, Soft } from "../parts/Parts.tsx";
import { AttemptRow } from "./AttemptRow.tsx";
import styles from "./Attempts.module.css";
import { SideBySide } from "./SideBySide.tsx";
import { COMPARED_MAX } from "../compare/comparable.ts";

/** Every answer that was tried here; any of them can be the node's. */
export function Attempts({ id }: { id: string }) {
  const seesCosts = useMay("costs:read");
  const { panel } = useText();
  return seesCosts ? <List id={id} /> : <Soft>{panel.forEditors}</Soft>;
}

function List({ id }: { id: string }) {
  const { panel } = useText();
  const attempts = useAttempts(id);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [beside, setBeside] = useState(false);
  const { items } = attempts;
  if (items === undefined || attempts.isError) return <Reading query={attempts} />;
  if (items.length === 0) return <Soft>{panel.attempts.none}</Soft>;
  // Of more than can stand beside each other the first steps back.
  const choose = (attempt: Attempt, isChosen: boolean) => {
    const others = chosen.filter((each) => each !== attempt.id);
    setChosen(isChosen ? [...others, attempt.id].slice(-COMPARED_MAX) : others);
  };
  const several = items.filter((attempt) => chosen.includes(attempt.id));
  return (
    <Section title={panel.attempts.list}>
      <ul className={styles.list}>
        {items.map((attempt) => (
          <AttemptRow
            key={attempt.id}
            attempt={attempt}
            chosen={items.length > 1 ? chosen.includes(attempt.id) : null}
            onChoose={(isChosen) => choose(attempt, isChosen)}
          />
        ))}
      </ul>
      <Actions>
        {items.length > 1 && (
          <>
            <Button size="small" disabled={several.length < 2} onClick={() => setBeside(true)}>
              {panel.attempts.sideBySide}
            </Button>
            <Soft>{panel.attempts.chosen(several.length)}</Soft>
          </>
        )}
        {attempts.hasNextPage && (
          <Button size="small" busy={attempts.isFetchingNextPage} onClick={() => void attempts.fetchNextPage()}>
            {panel.attempts.more}
          </Button>
        )}
      </Actions>
      <SideBySide attempts={several} open={beside && several.length > 1} onClose={() => setBeside(false)} />
    </Section>
  );
}
