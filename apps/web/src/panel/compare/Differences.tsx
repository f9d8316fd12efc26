import { useMemo } from "react";

import { useText } from "../../text/index.ts";
import { Soft } from "../parts/Parts.tsx";
import styles from "./Compare.module.css";
import { differences, type Run } from "./diff.ts";

/** Two texts side by side; what only one of them says is marked. */
export function Differences({ a, b }: { a: string; b: string }) {
  const { panel } = useText();
  const runs = useMemo(() => differences(a, b), [a, b]);
  if (a === b) return <Soft>{a === "" ? panel.compare.noAnswer : panel.compare.same}</Soft>;
  return (
    <>
      <p className="visually-hidden">{panel.compare.marks}</p>
      <div className={styles.columns}>
        <Text runs={runs} side="a" />
        <Text runs={runs} side="b" />
      </div>
    </>
  );
}

function Text({ runs, side }: { runs: readonly Run[]; side: "a" | "b" }) {
  const { panel } = useText();
  const own = runs.filter((run) => run.in === "both" || run.in === side);
  if (own.length === 0) return <Soft>{panel.compare.noAnswer}</Soft>;
  return (
    <p className={styles.text}>
      {own.map((run, place) =>
        run.in === "both" ? (
          <span key={place}>{run.text}</span>
        ) : (
          <mark key={place} className={styles[side]}>
            {run.text}
          </mark>
        ),
      )}
    </p>
  );
}
