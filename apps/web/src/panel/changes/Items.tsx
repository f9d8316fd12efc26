import { useState } from "react";

import { useText, type Text } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Checkbox } from "../../ui/Checkbox.tsx";
import { titleOf } from "../../project/title.ts";
import { Actions, Reading, Soft } from "../parts/Parts.tsx";
import styles from "./Changes.module.css";
import { useItems, type ChangeSet, type Decision, type Item } from "../../project/changes/queries.ts";
import { isOpen, promptOf } from "../../project/changes/shape.ts";

interface Props {
  set: ChangeSet;
  decisions: readonly Decision[];
  busy: boolean;
  onDecide: (how: Decision, items: number[]) => void;
}

/** The items of a set: those that are ticked are taken back, accepted or rejected. */
export function Items({ set, decisions, busy, onDecide }: Props) {
  const { changeSets: words } = useText().panel;
  const items = useItems(set.id);
  const [ticked, setTicked] = useState<ReadonlySet<number>>(new Set());
  if (items.data === undefined) return <Reading query={items} />;
  const isChoosable = (item: Item) => decisions.length > 0 && isOpen(set.mode, item);
  const chosen = items.data.items.filter((item) => isChoosable(item) && ticked.has(item.number));
  const tick = (number: number, isTicked: boolean) => {
    const next = new Set(ticked);
    if (isTicked) next.add(number);
    else next.delete(number);
    setTicked(next);
  };
  return (
    <>
      <ol className={styles.items}>
        {items.data.items.map((item) => (
          <li key={item.number}>
            {isChoosable(item) ? (
              <Checkbox
                label={nameOf(item, words)}
                checked={ticked.has(item.number)}
                onChange={({ target }) => {
                  tick(item.number, target.checked);
                }}
              />
            ) : (
              nameOf(item, words)
            )}
            {item.reason !== undefined && <Soft>{words.reason[item.reason]}</Soft>}
          </li>
        ))}
      </ol>
      <Actions>
        {decisions.map((how) => (
          <Button
            key={how}
            size="small"
            busy={busy}
            disabled={chosen.length === 0}
            onClick={() => {
              onDecide(
                how,
                chosen.map(({ number }) => number),
              );
            }}
          >
            {words.some[how]}
          </Button>
        ))}
      </Actions>
    </>
  );
}

function nameOf(item: Item, words: Text["panel"]["changeSets"]): string {
  const [did, prompt] = [words.op(item.op), promptOf(item)];
  return words.item(prompt === "" ? did : words.itemOf(did, titleOf({ prompt })), words.itemState[item.state]);
}
