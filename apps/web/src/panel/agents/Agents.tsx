import { useSeesAgents } from "../../project/agents/queries.ts";
import { useCanvas } from "../../project/ui-state.ts";
import { useText } from "../../text/index.ts";
import { Soft } from "../parts/Parts.tsx";
import { ProjectAgents } from "./ProjectAgents.tsx";
import { Schedules } from "./Schedules.tsx";
import { StartTask } from "./StartTask.tsx";
import { Tasks } from "./Tasks.tsx";
import { TaskView } from "./TaskView.tsx";

/** The agents of the project, what they are asked to do, and how far they are. */
export function Agents({ selected }: { selected: readonly string[] }) {
  const { agents } = useText();
  const sees = useSeesAgents();
  const task = useCanvas((ui) => ui.task);
  if (!sees) return <Soft>{agents.forEditors}</Soft>;
  if (task !== null) return <TaskView key={task} id={task} />;
  return (
    <>
      <ProjectAgents />
      <StartTask selected={selected} />
      <Tasks node={selected.length === 1 ? (selected[0] ?? null) : null} />
      <Schedules selected={selected} />
    </>
  );
}
