import { useWriting } from "../../project/project.ts";
import { useText } from "../../text/index.ts";
import { refusalWords } from "../../ui/refusal-words.ts";
import { attemptFacts, ModelName } from "../answer/AnswerFacts.tsx";
import { Votes } from "../answer/Votes.tsx";
import { ManifestView } from "../context/ManifestView.tsx";
import { useFormat } from "../data/format.ts";
import { useAttempt, type Attempt } from "../data/queries.ts";
import { Markdown } from "../../markdown/Markdown.tsx";
import { Facts, Fold, Notice, Reading, Soft } from "../parts/Parts.tsx";
import styles from "./Attempts.module.css";

/** What came of an attempt, what was tried for it, and what was sent. */
export function AttemptDetails({ attempt }: { attempt: Attempt }) {
  const { panel } = useText();
  const format = useFormat();
  const { origin, answeredBy, model, error, refresh } = attempt;
  return (
    <>
      {error !== null && (
        <Notice tone="bad">
          <p>{refusalWords(error)}</p>
          <p>{panel.answer.code(error.code)}</p>
        </Notice>
      )}
      <AttemptText attempt={attempt} />
      {attempt.state === "COMPLETED" && <Votes node={attempt.nodeId} generation={attempt.id} />}
      <Facts
        facts={[
          origin === "MODEL" && [panel.answer.model, <ModelName key="model" id={answeredBy ?? model} />],
          ...attemptFacts(attempt, format, panel),
          attempt.temperature !== null && [panel.ask.temperature, format.count(attempt.temperature)],
        ]}
      />
      {answeredBy !== null && answeredBy !== model && <Soft>{panel.attempts.asked(model, answeredBy)}</Soft>}
      {refresh !== null && <Soft>{panel.attempts.refresh}</Soft>}
      {attempt.tries.length > 0 && <Tries attempt={attempt} />}
      {attempt.fingerprint !== null && (
        <Fold title={panel.attempts.sent}>
          <Sent attempt={attempt} />
        </Fold>
      )}
    </>
  );
}

export function AttemptText({ attempt }: { attempt: Attempt }) {
  const { panel } = useText();
  const writing = useWriting(attempt.nodeId);
  const isLive = writing?.generation === attempt.id;
  const text = isLive ? writing.text : (attempt.text ?? "");
  return text === "" ? (
    <Soft>{panel.attempts.noText}</Soft>
  ) : (
    <Markdown text={text} live={isLive} cites={attempt.nodeId} />
  );
}

function Tries({ attempt: { tries } }: { attempt: Attempt }) {
  const { panel } = useText();
  const format = useFormat();
  const word = (outcome: string) =>
    outcome === "answered" || outcome === "skipped" ? panel.attempts[outcome] : outcome;
  return (
    <div>
      <Soft>{panel.attempts.tries}</Soft>
      <ol className={styles.tries}>
        {tries.map(({ model, outcome, status, at, waitedMs }, place) => (
          <li key={place}>
            <strong>{model}</strong> {panel.attempts.tryOutcome(word(outcome), status)}, {format.time(at)}
            {waitedMs > 0 && ` (${panel.attempts.waited(format.duration(waitedMs))})`}
          </li>
        ))}
      </ol>
    </div>
  );
}

function Sent({ attempt }: { attempt: Attempt }) {
  const { panel } = useText();
  const detail = useAttempt(attempt.nodeId, attempt.id);
  if (detail.data === undefined || detail.isError) return <Reading query={detail} />;
  const { manifest } = detail.data;
  if (manifest === null) return <Soft>{panel.context.notYet}</Soft>;
  return (
    <div className={styles.sent}>
      <ManifestView node={attempt.nodeId} manifest={manifest} />
    </div>
  );
}
