import { useText } from "../../text/index.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { useFormat } from "../data/format.ts";
import type { Attempt } from "../data/queries.ts";
import { attemptFacts } from "../answer/AnswerFacts.tsx";
import { Facts } from "../parts/Parts.tsx";
import { AttemptText } from "./AttemptDetails.tsx";
import { SelectButton, useWho } from "./AttemptRow.tsx";
import styles from "./Attempts.module.css";

interface Props {
  attempts: readonly Attempt[];
  open: boolean;
  onClose: () => void;
}

export function SideBySide({ attempts, open, onClose }: Props) {
  const { panel } = useText();
  return (
    <Dialog title={panel.attempts.title} open={open} onClose={onClose} wide>
      <div className={styles.columns}>
        {attempts.map((attempt) => (
          <Column key={attempt.id} attempt={attempt} />
        ))}
      </div>
    </Dialog>
  );
}

function Column({ attempt }: { attempt: Attempt }) {
  const { panel } = useText();
  const format = useFormat();
  const who = useWho();
  return (
    <section className={styles.column}>
      <h3>{who(attempt)}</h3>
      <Facts
        facts={[
          [panel.runState[attempt.state], format.time(attempt.createdAt)],
          ...attemptFacts(attempt, format, panel),
        ]}
      />
      <SelectButton attempt={attempt} />
      <AttemptText attempt={attempt} />
    </section>
  );
}
