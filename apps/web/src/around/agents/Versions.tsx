import { text, useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { say, sayFailed } from "../../ui/toasts.ts";
import { Tag } from "../parts/Items.tsx";
import { Loaded } from "../parts/Loaded.tsx";
import { Section } from "../parts/Section.tsx";
import { useTimes } from "../parts/times.ts";
import styles from "./Agents.module.css";
import { restore, useAgentChange, useVersions, type Agent, type Version } from "./queries.ts";

export function Versions({ agent }: { agent: Agent }) {
  const { versions } = useText().agents;
  const query = useVersions(agent.id);
  return (
    <Section title={versions.title}>
      <Loaded query={query}>
        {(items) => (
          <ol className={styles.versions} reversed>
            {items.map((version) => (
              <Line key={version.version} agent={agent} version={version} />
            ))}
          </ol>
        )}
      </Loaded>
    </Section>
  );
}

function Line({ agent, version }: { agent: Agent; version: Version }) {
  const { versions } = useText().agents;
  const { ago, full } = useTimes();
  const using = useAgentChange(restore(agent.id), () => say(text().agents.versions.used(version.version)));
  const isCurrent = version.version === agent.promptVersion;
  return (
    <li className={styles.version}>
      <header>
        <h3>
          {versions.version(version.version)}
          {isCurrent && <Tag>{versions.current}</Tag>}
        </h3>
        <time className={styles.when} dateTime={version.createdAt} title={full(version.createdAt)}>
          {ago(version.createdAt)}
        </time>
        {!isCurrent && (
          <Button
            size="small"
            busy={using.isPending}
            onClick={() => using.mutate(version.version, { onError: sayFailed })}
          >
            {versions.use}
          </Button>
        )}
      </header>
      {version.changeNote !== null && <p>{version.changeNote}</p>}
      {version.changes.length > 0 ? (
        <Words changes={version.changes} />
      ) : (
        <p className={styles.words}>{version.systemPrompt}</p>
      )}
      {version.changes.length > 0 && (
        <details>
          <summary>{versions.whole}</summary>
          <p className={styles.words}>{version.systemPrompt}</p>
        </details>
      )}
    </li>
  );
}

/** What became of the version before, word by word. */
function Words({ changes }: { changes: Version["changes"] }) {
  const { versions } = useText().agents;
  if (changes.every(({ kind }) => kind === "SAME")) return <p className={styles.when}>{versions.same}</p>;
  return (
    <p className={styles.words}>
      {changes.map(({ kind, text }, place) => {
        if (kind === "SAME") return <span key={place}>{text}</span>;
        const Mark = kind === "REMOVED" ? "del" : "ins";
        return (
          <Mark key={place}>
            <span className="visually-hidden">{`${kind === "REMOVED" ? versions.removed : versions.added} `}</span>
            {text}
          </Mark>
        );
      })}
    </p>
  );
}
