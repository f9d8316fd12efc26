import { useState } from "react";

import { useText } from "../../text/index.ts";
import { useMay } from "../../project/use-rights.ts";
import { Select } from "../../ui/Field.tsx";
import { useUsage, type UsageBy, type UsageOf } from "../data/queries.ts";
import { Reading, Section, Soft } from "../parts/Parts.tsx";
import { Bars } from "./Bars.tsx";
import { BudgetsSpent } from "./Budgets.tsx";
import { Total } from "./Total.tsx";
import styles from "./Usage.module.css";

const BY: readonly UsageBy[] = ["model", "member", "node", "day"];
const OF: readonly UsageOf[] = ["project", "node", "ancestors", "descendants", "both"];

/** What was asked of models and what that cost: of everything, or of the node that is selected. */
export function Usage({ selected }: { selected: readonly string[] }) {
  const { panel } = useText();
  const seesCosts = useMay("costs:read");
  const node = selected.length === 1 ? (selected[0] ?? null) : null;
  return seesCosts ? <Shown node={node} /> : <Soft>{panel.forEditors}</Soft>;
}

function Shown({ node }: { node: string | null }) {
  const { panel } = useText();
  const [by, setBy] = useState<UsageBy>("model");
  const [chosen, setOf] = useState<UsageOf>("project");
  const of = node === null ? "project" : chosen;
  const usage = useUsage(by, of, node);
  return (
    <>
      <div className={styles.choices}>
        <Select
          label={panel.usage.by}
          value={by}
          onChange={({ target }) => setBy(BY.find((each) => each === target.value) ?? "model")}
        >
          {BY.map((each) => (
            <option key={each} value={each}>
              {panel.usage.keys[each]}
            </option>
          ))}
        </Select>
        <Select
          label={panel.usage.of}
          value={of}
          disabled={node === null}
          onChange={({ target }) => setOf(OF.find((each) => each === target.value) ?? "project")}
        >
          {OF.map((each) => (
            <option key={each} value={each}>
              {panel.usage.scope[each]}
            </option>
          ))}
        </Select>
      </div>
      {usage.data === undefined || usage.isError ? (
        <Reading query={usage} />
      ) : (
        <>
          <Section title={panel.usage.total}>
            <Total usage={usage.data} />
            <Bars by={by} items={usage.data.items} />
          </Section>
          <BudgetsSpent budgets={usage.data.budgets} own={usage.data.own} />
        </>
      )}
    </>
  );
}
