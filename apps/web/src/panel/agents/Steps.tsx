import type { ReactNode } from "react";

import { useSteps, type Step, type Task } from "../../project/agents/queries.ts";
import { useSaid } from "../../project/agents/said.ts";
import { useText } from "../../text/index.ts";
import { classes } from "../../ui/classes.ts";
import { useFormat } from "../../ui/format.ts";
import { Spinner } from "../../ui/Spinner.tsx";
import { Markdown } from "../../markdown/Markdown.tsx";
import { Fold, Reading, Section, Soft } from "../parts/Parts.tsx";
import styles from "./Agents.module.css";
import { contentOf, newWords, readable } from "./shape.ts";

/** What a task did, step by step, and what its model is saying now. */
export function Steps({ task, isUnderWay }: { task: Task; isUnderWay: boolean }) {
  const { tasks } = useText().agents;
  const query = useSteps(task.id);
  const said = useSaid(task.id, isUnderWay);
  const steps = query.data;
  if (steps === undefined) {
    return (
      <Section title={tasks.steps}>
        <Reading query={query} />
      </Section>
    );
  }
  const words = isUnderWay ? newWords(said, steps) : "";
  const isSpeaking = words !== "";
  return (
    <Section title={tasks.steps} actions={isUnderWay && task.status === "RUNNING" && <Spinner />}>
      {steps.length === 0 && !isSpeaking && <Soft>{tasks.noSteps}</Soft>}
      <ol className={styles.steps}>
        {steps.map((step) => (
          <StepLine key={step.number} step={step} />
        ))}
        {isSpeaking && (
          <li className={classes(styles.step, styles.live)}>
            <div className={styles.stepHead}>
              <strong>{tasks.speaking}</strong>
            </div>
            <Markdown text={words} live />
          </li>
        )}
      </ol>
    </Section>
  );
}

function StepLine({ step }: { step: Step }) {
  const { tasks } = useText().agents;
  const tool = useToolName();
  const content = contentOf(step);
  switch (content.kind) {
    case "MODEL": {
      const { text, calls } = content;
      const wanted = tasks.wants(calls.map(({ name }) => tool(name)).join(", "));
      // Of one tool the title says already which it is.
      const isTitle = text === "" && calls.length === 1;
      return (
        <Line step={step} title={text === "" ? wanted : tasks.said}>
          {text !== "" && <Markdown text={text} />}
          {calls.map((call, place) => (
            <Fold key={place} title={isTitle ? tasks.inDetail : tasks.wants(tool(call.name))}>
              <pre className={styles.raw}>{readable(call.arguments)}</pre>
            </Fold>
          ))}
        </Line>
      );
    }
    case "TOOL":
      return (
        <Line
          step={step}
          look={content.isError ? "bad" : undefined}
          title={content.isError ? tasks.toolFailed(tool(content.name)) : tool(content.name)}
        >
          {content.text !== "" && (
            <Fold title={tasks.read} open={content.isError}>
              <pre className={styles.raw}>{readable(content.text)}</pre>
            </Fold>
          )}
        </Line>
      );
    case "MESSAGE":
      return (
        <Line step={step} look="person" title={tasks.by(content.name)}>
          <p className={styles.prompt}>{content.text}</p>
        </Line>
      );
    case "NOTE":
      return (
        <Line step={step} title={tasks.told}>
          <p className={styles.prompt}>{content.text}</p>
        </Line>
      );
  }
}

/** What a tool does, in words; one that this program does not know has its name. */
function useToolName(): (name: string) => string {
  const { tools } = useText().agents;
  return (name) => tools[name] ?? name;
}

interface LineProps {
  step: Step;
  title: string;
  look?: "person" | "bad" | undefined;
  children: ReactNode;
}

function Line({ step: { tokensIn, tokensOut, cost, createdAt }, title, look, children }: LineProps) {
  const { tasks } = useText().agents;
  const format = useFormat();
  const spent = tokensIn + tokensOut > 0 && tasks.cost(format.count(tokensIn + tokensOut), format.money(cost));
  return (
    <li className={classes(styles.step, look !== undefined && styles[look])}>
      <div className={styles.stepHead}>
        <strong>{title}</strong>
        <span>{[spent, format.time(createdAt)].filter(Boolean).join(" · ")}</span>
      </div>
      {children}
    </li>
  );
}
