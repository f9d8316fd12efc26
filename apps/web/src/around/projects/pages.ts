import type { Schemas } from "../../api/client.ts";

export type Conversation = Schemas["ConversationView"];
type Page = Schemas["Page_ConversationView"];

export const after = ({ nextCursor }: Pick<Page, "nextCursor">): { cursor: string } | undefined =>
  typeof nextCursor === "string" ? { cursor: nextCursor } : undefined;

/** One list of several pages. What said something between two of them is on both, and stands where it is first. */
export function joined(pages: readonly Pick<Page, "items">[]): readonly Conversation[] {
  const all = new Map<string, Conversation>();
  for (const { items } of pages) for (const item of items) if (!all.has(keyOf(item))) all.set(keyOf(item), item);
  return [...all.values()];
}

/** Nodes have their names within a project. */
export const keyOf = ({ projectId, nodeId }: Conversation): string => `${projectId}/${nodeId}`;

export const isWriting = (pages: readonly Pick<Page, "items">[] = []): boolean =>
  pages.some(({ items }) => items.some(({ status }) => status === "GENERATING"));
