import type { Schemas } from "../../api/client.ts";
import { useNode } from "../../project/project.ts";
import { useDifferences } from "../../project/use-differences.ts";
import { useText } from "../../text/index.ts";
import styles from "./Proposals.module.css";

type Update = Schemas["UpdateNode"];

const SHOWN = ["id", "baseVersion", "whileGenerating", "position", "prompt", "response", "summary", "pinned"];

/** What a node would say, against what it says now. */
export function Change({ change }: { change: Update }) {
  const { proposals: words } = useText().canvas;
  const node = useNode(change.id);
  const { prompt, response, summary, pinned } = change;
  const hasMore = Object.keys(change).some((field) => !SHOWN.includes(field));
  return (
    <>
      {prompt !== undefined && <Words title={words.prompt} now={node?.prompt ?? ""} then={prompt} />}
      {response !== undefined && <Words title={words.answer} now={node?.response ?? ""} then={response ?? ""} />}
      {summary !== undefined && <Words title={words.summary} now={node?.summary ?? ""} then={summary ?? ""} />}
      {pinned !== undefined && <p>{pinned ? words.pinned : words.unpinned}</p>}
      {hasMore && <p>{words.others}</p>}
    </>
  );
}

/** One text with what would go and what would come. */
function Words({ title, now, then }: { title: string; now: string; then: string }) {
  const { proposals: words } = useText().canvas;
  const { runs } = useDifferences(now, then);
  return (
    <section>
      <h3 className={styles.which}>{title}</h3>
      <p className={styles.words}>
        {(runs ?? [{ text: then, in: "both" as const }]).map((run, place) => {
          if (run.in === "both") return <span key={place}>{run.text}</span>;
          const Changed = run.in === "a" ? "del" : "ins";
          return (
            <Changed key={place}>
              <span className="visually-hidden">{`${run.in === "a" ? words.removed : words.added} `}</span>
              {run.text}
            </Changed>
          );
        })}
      </p>
    </section>
  );
}
