import type { EventBody, EventView } from "../../sync/index.ts";
import { partsOf } from "../events.ts";

type Happened = Extract<EventBody, { op: `agent.${string}` | `task.${string}` | `schedule.${string}` }>;

/** Of an event, what is about agents; a batch may hold several. */
export function aboutAgents(event: Pick<EventView, "op" | "data">): readonly Happened[] {
  return partsOf(event).filter((part): part is Happened => /^(agent|task|schedule)\./.test(part.op));
}

/** Where an agent is, and whether its last step there changed something. */
export interface Place {
  readonly node: string;
  readonly isEditing: boolean;
}

/** Where agents are: for each task that is under way, the node of its latest step. */
export type Places = ReadonlyMap<string, Place>;

/** The tools of the house that change the canvas. */
const EDITING: readonly string[] = [
  "create_node",
  "edit_node",
  "delete_nodes",
  "move_nodes",
  "lay_out",
  "connect",
  "disconnect",
  "generate",
];

/** Where they are after an event. The same object when nobody moved. */
export function moved(places: Places, event: Happened): Places {
  switch (event.op) {
    case "task.start":
      return placed(places, event.data.taskId, event.data.nodeId, false);
    case "task.step": {
      const { taskId, nodeId, kind, summary } = event.data;
      return placed(places, taskId, nodeId, kind === "TOOL" && EDITING.includes(summary));
    }
    case "task.end":
    case "task.cancel":
      return places.has(event.data.taskId) ? without(places, event.data.taskId) : places;
    default:
      return places;
  }
}

function placed(places: Places, task: string, node: string | null | undefined, isEditing: boolean): Places {
  const before = places.get(task);
  if (node === undefined || node === null) return places;
  if (before?.node === node && before.isEditing === isEditing) return places;
  return new Map(places).set(task, { node, isEditing });
}

function without(places: Places, task: string): Places {
  const left = new Map(places);
  left.delete(task);
  return left;
}
