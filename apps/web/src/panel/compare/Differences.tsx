import { useDifferences, type Run } from "../../project/use-differences.ts";
import { useText } from "../../text/index.ts";
import { Reading, Soft } from "../parts/Parts.tsx";
import styles from "./Compare.module.css";

/** Two texts side by side; what only one of them says is marked. */
export function Differences({ a, b }: { a: string; b: string }) {
  const { panel } = useText();
  const { finder, runs } = useDifferences(a, b);
  if (a === b) return <Soft>{a === "" ? panel.compare.noAnswer : panel.compare.same}</Soft>;
  if (runs === undefined) return <Reading query={finder} />;
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
        run.in === "both" ? <span key={place}>{run.text}</span> : <Marked key={place} text={run.text} side={side} />,
      )}
    </p>
  );
}

/** Spaces at the end belong to what follows. */
function Marked({ text, side }: { text: string; side: "a" | "b" }) {
  const words = text.trimEnd();
  return (
    <>
      <mark className={styles[side]}>{words}</mark>
      {text.slice(words.length)}
    </>
  );
}
