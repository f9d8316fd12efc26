import { ArrowLeft, CircleStop, RotateCw } from "lucide-react";
import { useEffect, useRef } from "react";

import { cancelTask, retryTask } from "../../project/agents/changes.ts";
import { useAgentsChange, useTask, type Task } from "../../project/agents/queries.ts";
import { useCanvasStore } from "../../project/ui-state.ts";
import { useMay } from "../../project/use-rights.ts";
import { useText } from "../../text/index.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { useFormat } from "../../ui/format.ts";
import { Markdown } from "../../markdown/Markdown.tsx";
import { ChangesOfTask } from "../changes/ChangesOfTask.tsx";
import { Actions, Badge, Facts, Failed, NodeLink, Notice, Reading, Section } from "../parts/Parts.tsx";
import styles from "./Agents.module.css";
import { resultOf } from "./shape.ts";
import { Speak } from "./Speak.tsx";
import { Steps } from "./Steps.tsx";
import { useOrigin } from "./Tasks.tsx";
import { tonesOfTasks } from "./tones.ts";

const isOver = ({ status }: Task) => status === "COMPLETED" || status === "FAILED" || status === "CANCELLED";

/** One task: what it is about, its steps as they happen, and a way to speak to it. */
export function TaskView({ id }: { id: string }) {
  const { tasks } = useText().agents;
  const query = useTask(id);
  const store = useCanvasStore();
  const heading = useRef<HTMLHeadingElement>(null);
  const isHere = query.data !== undefined;
  useEffect(() => heading.current?.focus({ preventScroll: true }), [isHere]);
  return (
    <>
      <div className={styles.taskHead}>
        <IconButton
          size="small"
          label={tasks.back}
          icon={<ArrowLeft aria-hidden />}
          onClick={() => store.setState({ task: null })}
        />
        <h2 ref={heading} tabIndex={-1}>
          {query.data?.name}
        </h2>
        {query.data !== undefined && (
          <span role="status">
            <Badge tone={tonesOfTasks[query.data.status]}>{tasks.status[query.data.status]}</Badge>
          </span>
        )}
      </div>
      {query.data === undefined ? <Reading query={query} /> : <Shown task={query.data} />}
    </>
  );
}

function Shown({ task }: { task: Task }) {
  const { tasks } = useText().agents;
  const mayRun = useMay("runs:run");
  const result = resultOf(task.result);
  // What it waits for stands before all that it did.
  const isAsking = task.status === "WAITING";
  return (
    <>
      {task.prompt !== task.name && <p className={styles.prompt}>{task.prompt}</p>}
      <About task={task} />
      {mayRun && <Buttons task={task} />}
      {task.status === "FAILED" && task.error !== null && (
        <Notice tone="bad">
          <strong>{tasks.failed(task.error.code)}</strong>
          <p>{task.error.detail}</p>
        </Notice>
      )}
      {result !== "" && (
        <Section title={tasks.result}>
          <Markdown text={result} />
        </Section>
      )}
      {task.changeSetId !== null && <ChangesOfTask set={task.changeSetId} />}
      {mayRun && isAsking && <Speak task={task} />}
      <Steps task={task} isUnderWay={!isOver(task)} />
      {mayRun && !isAsking && !isOver(task) && <Speak task={task} />}
    </>
  );
}

function About({ task }: { task: Task }) {
  const { tasks } = useText().agents;
  const format = useFormat();
  const origin = useOrigin();
  const { used, limits, nodeId } = task;
  const spent = tasks.spent(format.count(used.tokensIn), format.count(used.tokensOut), format.money(used.cost));
  return (
    <Facts
      facts={[
        [tasks.agent, [task.agentName, format.time(task.createdAt), origin(task)].join(" · ")],
        [tasks.about, nodeId === null ? tasks.wholeProject : <NodeLink id={nodeId} />],
        [tasks.steps, tasks.limits(format.count(used.steps), format.count(limits.steps))],
        [tasks.used, spent],
      ]}
    />
  );
}

function Buttons({ task }: { task: Task }) {
  const { tasks } = useText().agents;
  const store = useCanvasStore();
  const cancelling = useAgentsChange("tasks", cancelTask);
  const retrying = useAgentsChange("tasks", retryTask, ({ id }) => store.setState({ task: id }));
  return (
    <>
      <Actions>
        {isOver(task) ? (
          <Button size="small" busy={retrying.isPending} onClick={() => retrying.mutate(task)}>
            <RotateCw aria-hidden />
            {tasks.retry}
          </Button>
        ) : (
          <Button size="small" busy={cancelling.isPending} onClick={() => cancelling.mutate(task)}>
            <CircleStop aria-hidden />
            {tasks.cancel}
          </Button>
        )}
      </Actions>
      <Failed error={cancelling.error ?? retrying.error} />
    </>
  );
}
