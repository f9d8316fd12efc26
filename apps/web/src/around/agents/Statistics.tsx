import { useText } from "../../text/index.ts";
import { useFormat } from "../../ui/format.ts";
import { Loaded } from "../parts/Loaded.tsx";
import { Section } from "../parts/Section.tsx";
import styles from "./Agents.module.css";
import { barsOf, CHART } from "./chart.ts";
import { useStatistics, type Agent, type Statistics as View } from "./queries.ts";

export function Statistics({ agent }: { agent: Agent }) {
  const { statistics } = useText().agents;
  const query = useStatistics(agent.id);
  return (
    <Section title={statistics.title}>
      <Loaded query={query}>{(view) => <Shown view={view} />}</Loaded>
    </Section>
  );
}

function Shown({ view }: { view: View }) {
  const { statistics } = useText().agents;
  const format = useFormat();
  if (view.totalConversations === 0) return <p>{statistics.none}</p>;
  const facts: readonly (readonly [string, string])[] = [
    [statistics.tasks, format.count(view.totalConversations)],
    ["", statistics.ended(...([view.completed, view.failed, view.cancelled].map(format.count) as Three))],
    [statistics.messages, statistics.messagesOf(format.count(view.assistantMessages), format.count(view.userMessages))],
    [statistics.tokens, format.count(view.totalTokensUsed)],
    [statistics.cost, format.money(view.totalCost)],
    ...(view.avgResponseTimeMs === null ? [] : [[statistics.time, format.duration(view.avgResponseTimeMs)] as const]),
    ...(view.lastConversationDate === null ? [] : [[statistics.last, format.time(view.lastConversationDate)] as const]),
  ];
  return (
    <>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name} style={{ display: "contents" }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Chart days={view.days} />
    </>
  );
}

type Three = [string, string, string];

/** Tasks over days: bars for the eye, and the same as a table for everybody. */
function Chart({ days }: { days: View["days"] }) {
  const { statistics } = useText().agents;
  const format = useFormat();
  const told = days.filter(({ tasks }) => tasks > 0);
  return (
    <>
      <h3>{statistics.days}</h3>
      <svg
        className={styles.chart}
        viewBox={`0 0 ${CHART.width} ${CHART.height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={statistics.days}
      >
        <rect className={styles.base} x="0" y={CHART.height - 1} width={CHART.width} height="1" />
        {barsOf(days).map(({ day, ...bar }) => (
          <rect key={day.date} {...bar}>
            <title>{statistics.day(day.date, day.tasks, format.count(day.tokens), format.money(day.cost))}</title>
          </rect>
        ))}
      </svg>
      <details>
        <summary>{statistics.table}</summary>
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{statistics.date}</th>
              <th scope="col">{statistics.tasks}</th>
              <th scope="col">{statistics.tokens}</th>
              <th scope="col">{statistics.cost}</th>
            </tr>
          </thead>
          <tbody>
            {told.map(({ date, tasks, tokens, cost }) => (
              <tr key={date}>
                <th scope="row">{date}</th>
                <td>{format.count(tasks)}</td>
                <td>{format.count(tokens)}</td>
                <td>{format.money(cost)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </>
  );
}
