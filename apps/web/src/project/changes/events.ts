import type { EventBody, EventView } from "../../sync/index.ts";
import { partsOf } from "../events.ts";

type Happened = Extract<EventBody, { op: `changeset.${string}` }>;

/** Of an event, what is about change sets. */
export function aboutChanges(event: Pick<EventView, "op" | "data">): readonly Happened[] {
  return partsOf(event).filter((part): part is Happened => part.op.startsWith("changeset."));
}

/** Whether it may have changed which proposals wait. What is done at once says nothing about them. */
export function isAboutProposals(event: Happened): boolean {
  switch (event.op) {
    case "changeset.open":
      return event.data.mode === "PROPOSE";
    case "changeset.propose":
    case "changeset.accept":
    case "changeset.reject":
      return true;
    case "changeset.revert":
      return false;
  }
}
