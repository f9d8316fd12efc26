import type { Manifest } from "../data/queries.ts";

type Item = Manifest["items"][number];

/** One reason why a context is not what it was. */
export type Change =
  | { readonly what: "edited" | "added" | "gone"; readonly node: string }
  | { readonly what: "entered"; readonly node: string; readonly now: Item["entered"] }
  | { readonly what: "model"; readonly model: string }
  | { readonly what: "order" | "settings" | "instructions" | "prompt" | "other" };

/**
 * What differs between two contexts of the same node. The version of a node grows when it is moved as well: those of
 * which nothing but the version differs are named when nothing else explains it. That of the node itself grows with its
 * own answer and explains nothing.
 */
export function changesBetween(sent: Manifest, now: Manifest): Change[] {
  const before = new Map(sent.items.map((item) => [item.nodeId, item]));
  const after = new Set(now.items.map((item) => item.nodeId));
  const sure: Change[] = [];
  const perhaps: Change[] = [];
  if (sent.model !== now.model) sure.push({ what: "model", model: now.model });
  if (sent.temperature !== now.temperature || sent.maxTokens !== now.maxTokens) sure.push({ what: "settings" });
  if (sent.systemTokens !== now.systemTokens) sure.push({ what: "instructions" });
  for (const item of now.items) {
    const was = before.get(item.nodeId);
    if (was === undefined) sure.push({ what: "added", node: item.nodeId });
    else if (was.entered !== item.entered) sure.push({ what: "entered", node: item.nodeId, now: item.entered });
    else if (!isSent(item)) continue;
    else if (was.tokens !== item.tokens) sure.push({ what: "edited", node: item.nodeId });
    else if (was.version !== item.version) perhaps.push({ what: "edited", node: item.nodeId });
  }
  for (const { nodeId } of sent.items) if (!after.has(nodeId)) sure.push({ what: "gone", node: nodeId });
  if (sent.promptTokens !== now.promptTokens) sure.push({ what: "prompt" });
  if (sure.length > 0) return sure;
  if (!sameOrder(sent, now)) return [{ what: "order" }];
  return perhaps.length > 0 ? perhaps : [{ what: "other" }];
}

const isSent = ({ entered }: Item): boolean => entered === "FULL" || entered === "SUMMARY";

function sameOrder(sent: Manifest, now: Manifest): boolean {
  const order = ({ items }: Manifest) =>
    items
      .filter(isSent)
      .map(({ nodeId }) => nodeId)
      .join();
  return order(sent) === order(now);
}
