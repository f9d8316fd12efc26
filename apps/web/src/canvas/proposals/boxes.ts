import { useStore, type InternalNode } from "@xyflow/react";
import { createContext, use } from "react";
import { shallow } from "zustand/shallow";

import { CARD_HEIGHT_MIN, CARD_WIDTH, type Box } from "../../project/sizes.ts";

/** Where the nodes are drawn that would be made, by their ids. */
export const GhostsContext = createContext<ReadonlyMap<string, Box>>(new Map());

/** Where a node stands, or would stand; nothing for one that is folded away. */
export function useBox(id: string): Box | null {
  const ghost = use(GhostsContext).get(id) ?? null;
  const card = useStore(({ nodeLookup }) => boxOf(nodeLookup.get(id)), shallow);
  return card === undefined ? ghost : card;
}

/** Undefined for a card that is not there, null for one that is hidden. */
export function boxOf(card: InternalNode | undefined): Box | null | undefined {
  if (card === undefined) return undefined;
  if (card.hidden === true) return null;
  const { width = CARD_WIDTH, height = CARD_HEIGHT_MIN } = card.measured;
  return { id: card.id, ...card.internals.positionAbsolute, width, height };
}
