import { useState } from "react";

import { useText } from "../../text/index.ts";
import { useMay } from "../../project/use-rights.ts";
import { Select } from "../../ui/Field.tsx";
import { useFormat } from "../data/format.ts";
import { useUsage, type Usage as View, type UsageBy, type UsageOf } from "../data/queries.ts";
import { Facts, Reading, Section, Soft } from "../parts/Parts.tsx";
import { Bars } from "./Bars.tsx";
import { BudgetsSpent } from "./Budgets.tsx";
import { tokensOf } from "./shape.ts";
import styles from "./Usage.module.css";
import type { Tab } from "../../project/parts.ts";

const BY: readonly UsageBy[] = ["model", "member", "node", "day"];
const OF: readonly UsageOf[] = ["project", "node", "ancestors", "descendants", "both"];

/** What was asked of models and what that cost: of everything, or of the node that is selected. */
function Usage({ selected }: { selected: readonly string[] }) {
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

export function Total({ usage: { total } }: { usage: View }) {
  const { panel } = useText();
  const format = useFormat();
  if (total.generations === 0) return <Soft>{panel.usage.none}</Soft>;
  const { input, output, cached } = total.tokens;
  const tokens = panel.answer.tokensOf(format.count(input), format.count(output));
  return (
    <Facts
      facts={[
        [panel.usage.calls, format.count(total.generations)],
        tokensOf(total) > 0 && [
          panel.usage.tokens,
          cached > 0 ? `${tokens}, ${panel.answer.cached(format.count(cached))}` : tokens,
        ],
        [panel.usage.cost, format.money(total.cost)],
      ]}
    />
  );
}

export const usageTab: Tab = {
  id: "usage",
  label: ({ panel }) => panel.tabs.usage,
  isFor: () => true,
  may: "costs:read",
  needsAccount: true,
  Body: Usage,
};
