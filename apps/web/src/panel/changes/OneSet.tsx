import { useState } from "react";

import { useDecide, type ChangeSet, type Done } from "../../project/changes/queries.ts";
import { countReasons, decisionsOn } from "../../project/changes/shape.ts";
import { useMay } from "../../project/use-rights.ts";
import { locale, useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Actions, Badge, Notice, Soft } from "../parts/Parts.tsx";
import styles from "./Changes.module.css";
import { Items } from "./Items.tsx";

/** What was done or proposed together, with the ways to decide about it. */
export function OneSet({ set, title = set.title }: { set: ChangeSet; title?: string | null }) {
  const { changeSets: words } = useText().panel;
  const mayDecide = useMay("graph:write");
  const [isShown, setShown] = useState(false);
  const decide = useDecide(set.id);
  const decisions = mayDecide ? decisionsOn(set) : [];
  const by = set.actor.name ?? words.somebody;
  return (
    <li className={styles.set}>
      <p className={styles.about}>
        <strong>{title ?? (set.mode === "PROPOSE" ? words.proposedBy(by) : words.by(by))}</strong>{" "}
        <Badge>{words.state[set.state]}</Badge>
        <time dateTime={set.createdAt}>{new Date(set.createdAt).toLocaleString(locale())}</time>
      </p>
      <Soft>{words.about(by, set.itemCount, kindOf(set))}</Soft>
      <Actions>
        {decisions.map((how) => (
          <Button
            key={how}
            size="small"
            busy={decide.isPending}
            onClick={() => {
              decide.mutate({ how });
            }}
          >
            {words.all[how]}
          </Button>
        ))}
        <Button
          size="small"
          look="quiet"
          aria-expanded={isShown}
          onClick={() => {
            setShown(!isShown);
          }}
        >
          {isShown ? words.hide : words.show}
        </Button>
      </Actions>
      {decide.data !== undefined && <Left done={decide.data} />}
      {isShown && (
        <Items
          set={set}
          decisions={decisions}
          busy={decide.isPending}
          onDecide={(how, items) => {
            decide.mutate({ how, items });
          }}
        />
      )}
    </li>
  );
}

function kindOf({ mode, revertsId, acceptsId }: ChangeSet): "edits" | "proposals" | "revert" | "accept" {
  if (mode === "PROPOSE") return "proposals";
  if (revertsId !== null) return "revert";
  return acceptsId === null ? "edits" : "accept";
}

/** What was left standing, and why. */
function Left({ done }: { done: Done }) {
  const { changeSets: words } = useText().panel;
  if (done.left.length === 0) return null;
  return (
    <Notice tone="warn">
      <p>{words.left}</p>
      <ul>
        {countReasons(done.left).map(([reason, count]) => (
          <li key={reason}>{words.because(words.reason[reason], count)}</li>
        ))}
      </ul>
    </Notice>
  );
}
