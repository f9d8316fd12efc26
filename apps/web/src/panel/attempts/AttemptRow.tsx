import { useState } from "react";

import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { classes } from "../../ui/classes.ts";
import { useFormat } from "../data/format.ts";
import type { Attempt } from "../data/queries.ts";
import { useOp } from "../data/use-op.ts";
import { Actions, Badge, Refused, usePerson, type Tone } from "../parts/Parts.tsx";
import { AttemptDetails } from "./AttemptDetails.tsx";
import styles from "./Attempts.module.css";

const TONES: Readonly<Record<Attempt["state"], Tone>> = {
  QUEUED: "plain",
  RUNNING: "accent",
  COMPLETED: "good",
  FAILED: "bad",
  CANCELLED: "plain",
};

interface Props {
  attempt: Attempt;
  /** Whether it is to be put beside another; null where there is none. */
  chosen: boolean | null;
  onChoose: (chosen: boolean) => void;
}

export function AttemptRow({ attempt, chosen, onChoose }: Props) {
  const { panel } = useText();
  const format = useFormat();
  const person = usePerson();
  const who = useWho();
  const [open, setOpen] = useState(false);
  const name = `${who(attempt)}, ${format.time(attempt.createdAt)}`;
  const about = [
    format.time(attempt.createdAt),
    person(attempt.requestedBy),
    attempt.cost !== null && attempt.cost > 0 && format.money(attempt.cost),
  ];
  return (
    <li className={classes(styles.row, attempt.isCurrent && styles.current)}>
      <div className={styles.head}>
        {chosen !== null && (
          <input
            type="checkbox"
            aria-label={panel.attempts.choose(name)}
            checked={chosen}
            onChange={({ target }) => onChoose(target.checked)}
          />
        )}
        <button
          type="button"
          className={styles.open}
          aria-expanded={open}
          aria-label={panel.attempts.details(name)}
          onClick={() => setOpen(!open)}
        >
          <span className={styles.who}>{who(attempt)}</span>
          <span className={styles.about}>{about.filter(Boolean).join(" · ")}</span>
        </button>
        {attempt.isCurrent && <Badge tone="accent">{panel.attempts.current}</Badge>}
        <Badge tone={TONES[attempt.state]}>{panel.runState[attempt.state]}</Badge>
      </div>
      {open && (
        <div className={styles.details}>
          <SelectButton attempt={attempt} />
          <AttemptDetails attempt={attempt} />
        </div>
      )}
    </li>
  );
}

/** Any text that arrived can be the answer, as the server has it. */
export function SelectButton({ attempt }: { attempt: Attempt }) {
  const { panel } = useText();
  const { submit, busy, refusal } = useOp();
  const isOver = attempt.state !== "QUEUED" && attempt.state !== "RUNNING";
  if (attempt.isCurrent || !isOver || !attempt.text) return null;
  return (
    <>
      <Actions>
        <Button
          size="small"
          busy={busy}
          onClick={() => void submit("generation.select", { nodeId: attempt.nodeId, generation: attempt.id })}
        >
          {panel.attempts.select}
        </Button>
      </Actions>
      <Refused refusal={refusal} />
    </>
  );
}

export function useWho(): (attempt: Attempt) => string {
  const { panel } = useText();
  return ({ origin, answeredBy, model }) => (origin === "PERSON" ? panel.attempts.byPerson : (answeredBy ?? model));
}
