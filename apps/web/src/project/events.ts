import type { EventBody, EventView } from "../sync/index.ts";

type Single = Exclude<EventBody, { op: "batch" }>;

/** What an event says, one after the other; a batch says several things. */
export function partsOf({ op, data }: Pick<EventView, "op" | "data">): readonly Single[] {
  // One of a kind that this program does not know is nothing that anybody here asks for.
  const event = { op, data } as EventBody;
  return event.op === "batch" ? event.data.ops.flatMap((inner) => partsOf(inner)) : [event];
}
