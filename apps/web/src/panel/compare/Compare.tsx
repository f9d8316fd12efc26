import { useState } from "react";

import { useGraph, useNode } from "../../project/project.ts";
import { useMay } from "../../project/use-rights.ts";
import { useText } from "../../text/index.ts";
import { useComparison, type Comparison } from "../data/queries.ts";
import { NodeLink, Reading, Section, Soft, useTitle } from "../parts/Parts.tsx";
import styles from "./Compare.module.css";
import { Differences } from "./Differences.tsx";
import { Merge } from "./Merge.tsx";
import { useCanvas } from "../../project/ui-state.ts";

/** Two nodes beside each other: where their ways part, and what each found on its own. */
export function Compare({ selected }: { selected: readonly string[] }) {
  const { panel } = useText();
  const { nodes } = useGraph();
  const comparing = useCanvas((ui) => ui.comparing);
  const pair = selected.length === 2 ? selected : (comparing ?? []);
  const [a, b] = pair.filter((id) => nodes.has(id));
  if (a === undefined || b === undefined) return <Soft>{panel.compare.choose}</Soft>;
  return <Both key={`${a} ${b}`} a={a} b={b} />;
}

function Both({ a, b }: { a: string; b: string }) {
  const mayWrite = useMay("graph:write");
  const [isSwapped, setSwapped] = useState(false);
  const [left, right] = isSwapped ? [b, a] : [a, b];
  const comparison = useComparison(left, right);
  if (comparison.data === undefined || comparison.isError) return <Reading query={comparison} />;
  return (
    <>
      <Sides a={left} b={right} onSwap={() => setSwapped(!isSwapped)} />
      <Common comparison={comparison.data} a={left} b={right} />
      <Texts a={left} b={right} />
      {mayWrite && <Merge nodes={[left, right]} />}
    </>
  );
}

function Sides({ a, b, onSwap }: { a: string; b: string; onSwap: () => void }) {
  const { panel } = useText();
  return (
    <div className={styles.sides}>
      <h3 className={styles.a}>
        <span className={styles.side}>{panel.compare.side.a}</span>
        <NodeLink id={a} />
      </h3>
      <button
        type="button"
        className={styles.swap}
        aria-label={panel.compare.swap}
        title={panel.compare.swap}
        onClick={onSwap}
      >
        ⇄
      </button>
      <h3 className={styles.b}>
        <span className={styles.side}>{panel.compare.side.b}</span>
        <NodeLink id={b} />
      </h3>
    </div>
  );
}

function Common({ comparison, a, b }: { comparison: Comparison; a: string; b: string }) {
  const { panel } = useText();
  const title = useTitle();
  const { common } = comparison;
  const itself = common.find((id) => id === a || id === b);
  return (
    <>
      <Section title={panel.compare.common}>
        {common.length === 0 && <Soft>{panel.compare.noCommon}</Soft>}
        {itself === undefined ? <Nodes ids={common} /> : <Soft>{panel.compare.isAncestor(title(itself))}</Soft>}
      </Section>
      <div className={styles.columns}>
        <Only id={a} delta={comparison.a} />
        <Only id={b} delta={comparison.b} />
      </div>
    </>
  );
}

/** What one side rests on alone, without itself. */
function Only({ id, delta }: { id: string; delta: Comparison["a"] }) {
  const { panel } = useText();
  const title = useTitle();
  const ids = delta.only.map((node) => node.id).filter((each) => each !== id);
  return (
    <Section title={panel.compare.only(title(id))}>
      {ids.length === 0 ? <Soft>{panel.compare.onlyNothing}</Soft> : <Nodes ids={ids} />}
    </Section>
  );
}

const Nodes = ({ ids }: { ids: readonly string[] }) => (
  <ul className={styles.nodes}>
    {ids.map((id) => (
      <li key={id}>
        <NodeLink id={id} />
      </li>
    ))}
  </ul>
);

function Texts({ a, b }: { a: string; b: string }) {
  const { panel } = useText();
  const left = useNode(a);
  const right = useNode(b);
  if (left === undefined || right === undefined) return null;
  return (
    <>
      <Section title={panel.compare.prompt}>
        <Differences a={left.prompt} b={right.prompt} />
      </Section>
      <Section title={panel.compare.answers}>
        <Differences a={left.response ?? ""} b={right.response ?? ""} />
      </Section>
    </>
  );
}
