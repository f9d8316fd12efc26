import { useState } from "react";

import { useText } from "../../text/index.ts";
import { useMay } from "../../project/use-rights.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { useFormat } from "../data/format.ts";
import type { Usage } from "../data/queries.ts";
import { Section, Soft, usePerson } from "../parts/Parts.tsx";
import { EditBudgets } from "./EditBudgets.tsx";
import { spentShare } from "./shape.ts";
import styles from "./Usage.module.css";

type Budget = Usage["budgets"][number];
type Own = Usage["own"][number];

/** Every limit, what is spent of it, and what is left. */
export function BudgetsSpent({ budgets, own }: { budgets: readonly Budget[]; own: readonly Own[] }) {
  const { panel } = useText();
  const person = usePerson();
  const mayManage = useMay("project:write");
  const [editing, setEditing] = useState(false);
  const edit = mayManage && (
    <Button size="small" onClick={() => setEditing(true)}>
      {panel.usage.edit}
    </Button>
  );
  return (
    <Section title={panel.usage.budgets} actions={edit}>
      {budgets.length + own.length === 0 ? (
        <Soft>{panel.usage.noBudgets}</Soft>
      ) : (
        <>
          <ul className={styles.budgets}>
            {budgets.map((budget) => (
              <Limits
                key={`${budget.userId} ${budget.period}`}
                who={budget.userId === null ? panel.usage.whole : person(budget.userId)}
                budget={budget}
              />
            ))}
            {own.map((budget) => (
              <Limits key={`own ${budget.period}`} who={panel.usage.own} budget={budget} />
            ))}
          </ul>
          <Soft>{panel.usage.reserved}</Soft>
        </>
      )}
      <Dialog title={panel.usage.editTitle} open={editing} onClose={() => setEditing(false)} wide>
        <EditBudgets budgets={budgets} onClose={() => setEditing(false)} />
      </Dialog>
    </Section>
  );
}

function Limits({ who, budget: { period, tokensMax, costMax, spent } }: { who: string; budget: Own }) {
  const { panel } = useText();
  const format = useFormat();
  return (
    <li className={styles.budget}>
      <strong>{who}</strong> {panel.usage.period[period]}
      {tokensMax !== null && (
        <Limit
          spent={spent.tokens}
          max={tokensMax}
          format={format.count}
          whole={(tokens) => panel.context.tokens(format.count(tokens))}
        />
      )}
      {costMax !== null && <Limit spent={spent.cost} max={costMax} format={format.money} whole={format.money} />}
    </li>
  );
}

interface LimitProps {
  spent: number;
  max: number;
  format: (amount: number) => string;
  /** With what it is an amount of. */
  whole: (amount: number) => string;
}

function Limit({ spent, max, format, whole }: LimitProps) {
  const { panel } = useText();
  const share = spentShare(spent, max);
  return (
    <div className={styles.limit}>
      {panel.usage.spent(format(spent), whole(max), format(Math.max(0, max - spent)))}
      <span className={styles.track} aria-hidden="true">
        <span className={share >= 1 ? styles.full : undefined} style={{ width: `${share * 100}%` }} />
      </span>
    </div>
  );
}
