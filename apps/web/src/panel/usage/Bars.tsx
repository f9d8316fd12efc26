import type { ReactNode } from "react";

import { useText } from "../../text/index.ts";
import { useFormat } from "../data/format.ts";
import type { UsageBy } from "../data/queries.ts";
import { NodeLink, usePerson } from "../parts/Parts.tsx";
import { barsOf, type Bar, type UsageItem } from "./shape.ts";
import styles from "./Usage.module.css";

interface Props {
  by: UsageBy;
  items: readonly UsageItem[];
}

/** A chart that is a table: every bar lies behind its own numbers. */
export function Bars({ by, items }: Props) {
  const { panel } = useText();
  const format = useFormat();
  const bars = barsOf(items);
  if (bars.length === 0) return null;
  return (
    <table className={styles.bars}>
      <caption className="visually-hidden">{panel.usage.chart(panel.usage.keys[by])}</caption>
      <thead className="visually-hidden">
        <tr>
          <th scope="col">{panel.usage.keys[by]}</th>
          <th scope="col">{panel.usage.calls}</th>
          <th scope="col">{panel.usage.tokens}</th>
          <th scope="col">{panel.usage.cost}</th>
        </tr>
      </thead>
      <tbody>
        {bars.map((bar) => (
          <tr key={bar.key}>
            <th scope="row">
              <Name by={by} bar={bar} />
              <span className={styles.track} aria-hidden="true">
                <span style={{ width: `${Math.max(bar.share * 100, 0.5)}%` }} />
              </span>
            </th>
            <td>{panel.usage.runs(bar.calls)}</td>
            <td>{panel.context.tokens(format.count(bar.tokens))}</td>
            <td>{format.money(bar.cost)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Name({ by, bar: { key } }: { by: UsageBy; bar: Bar }): ReactNode {
  const { panel } = useText();
  const person = usePerson();
  if (key === null) return panel.usage.others;
  if (by === "node") return <NodeLink id={key} />;
  return by === "member" ? person(key) : key;
}
