import type { EventBody, EventView } from "../../sync/index.ts";
import { partsOf } from "../events.ts";

type Happened = Extract<EventBody, { op: `agent.${string}` | `task.${string}` | `schedule.${string}` }>;

/** Of an event, what is about agents; a batch may hold several. */
export function aboutAgents(event: Pick<EventView, "op" | "data">): readonly Happened[] {
  return partsOf(event).filter((part): part is Happened => /^(agent|task|schedule)\./.test(part.op));
}

/** Where agents are: for each task that is under way, the node of its latest step. */
export type Places = ReadonlyMap<string, string>;

/** Where they are after an event. The same object when nobody moved. */
export function moved(places: Places, event: Happened): Places {
  switch (event.op) {
    case "task.start":
    case "task.step": {
      const { taskId, nodeId } = event.data;
      if (nodeId === undefined || nodeId === null || places.get(taskId) === nodeId) return places;
      return new Map(places).set(taskId, nodeId);
    }
    case "task.end":
    case "task.cancel":
      return places.has(event.data.taskId) ? without(places, event.data.taskId) : places;
    default:
      return places;
  }
}

function without(places: Places, task: string): Places {
  const left = new Map(places);
  left.delete(task);
  return left;
}
