import type { ChangeSet, Decision, Done, Item } from "./queries.ts";

type State = Item["state"];
type Reason = Done["left"][number]["reason"];

/** Which decisions a set is open to, the one that is meant most often first. */
export function decisionsOn({ mode, state }: Pick<ChangeSet, "mode" | "state">): readonly Decision[] {
  if (mode === "APPLY") return state === "APPLIED" ? ["revert"] : [];
  return state === "PROPOSED" ? ["accept", "reject"] : [];
}

const OPEN: Record<ChangeSet["mode"], readonly State[]> = {
  APPLY: ["APPLIED", "LEFT"],
  PROPOSE: ["PROPOSED", "LEFT"],
};

/** Whether something can still be decided about an item. */
export const isOpen = (mode: ChangeSet["mode"], { state }: Pick<Item, "state">): boolean => OPEN[mode].includes(state);

/** How often each reason kept something from happening, the most frequent first. */
export function countReasons(left: Done["left"]): readonly (readonly [Reason, number])[] {
  const items = new Map<Reason, Set<number>>();
  for (const { item, reason } of left) items.set(reason, (items.get(reason) ?? new Set()).add(item));
  return [...items].map(([reason, { size }]) => [reason, size] as const).sort(([, a], [, b]) => b - a);
}

/** What an item is about, in the words of the node, as far as the item holds them. */
export function promptOf({ data }: Pick<Item, "data">): string {
  const prompt: unknown = data?.prompt;
  return typeof prompt === "string" ? prompt : "";
}
