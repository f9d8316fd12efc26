import { useTasks, useProjectAgents, type Task } from "../../project/agents/queries.ts";
import { useCanvasStore } from "../../project/ui-state.ts";
import { useText } from "../../text/index.ts";
import { AgentIcon } from "../../ui/AgentIcon.tsx";
import { Button } from "../../ui/Button.tsx";
import { useFormat } from "../../ui/format.ts";
import { Actions, Badge, Reading, Section, Soft, usePerson, useTitle } from "../parts/Parts.tsx";
import styles from "./Agents.module.css";
import { tonesOfTasks } from "./tones.ts";

/** The tasks of a node, or of the whole project, the newest first. */
export function Tasks({ node }: { node: string | null }) {
  const { tasks } = useText().agents;
  const title = useTitle();
  const query = useTasks(node);
  const { items, hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const name = node === null ? tasks.title : `${tasks.title} · ${tasks.here(title(node))}`;
  return (
    <Section title={name}>
      {items === undefined ? (
        <Reading query={query} />
      ) : items.length === 0 ? (
        <Soft>{tasks.none}</Soft>
      ) : (
        <ul className={styles.list}>
          {items.map((task) => (
            <Line key={task.id} task={task} />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <Actions>
          <Button size="small" busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {tasks.more}
          </Button>
        </Actions>
      )}
    </Section>
  );
}

function Line({ task }: { task: Task }) {
  const { tasks } = useText().agents;
  const store = useCanvasStore();
  const format = useFormat();
  const origin = useOrigin();
  const agent = useProjectAgents().data?.find(({ agentId }) => agentId === task.agentId);
  return (
    <li>
      <button
        type="button"
        className={styles.task}
        title={tasks.open(task.name)}
        onClick={() => store.setState({ task: task.id })}
      >
        <AgentIcon size="small" icon={agent?.icon ?? ""} color={agent?.color ?? "#808080"} />
        <span className={styles.about}>
          <strong>{task.name}</strong>
          <span className={styles.facts}>
            {[task.agentName, format.time(task.createdAt), origin(task)].join(" · ")}
          </span>
        </span>
        <Badge tone={tonesOfTasks[task.status]}>{tasks.status[task.status]}</Badge>
      </button>
    </li>
  );
}

/** What began a task, in words. */
export function useOrigin(): (task: Task) => string {
  const { tasks } = useText().agents;
  const person = usePerson();
  return ({ origin, requestedBy }) => tasks.origin[origin](person(requestedBy));
}
