import { isAsked, isFrame } from "../project/kinds.ts";
import { shapeOf } from "../project/graph.ts";
import type { CanvasGraph, NodeView } from "../sync/index.ts";

/** What is selected as a text that any other program understands: each question a heading, what leads to what in order. */
export function markdownOf(graph: CanvasGraph, chosen: ReadonlySet<string>): string {
  return `${inOrder(graph, chosen).map(asMarkdown).join("\n\n")}\n`;
}

function asMarkdown(node: NodeView): string {
  const prompt = node.prompt.trim();
  if (isFrame(node)) return `# ${node.title ?? prompt}`.trimEnd();
  if (!isAsked(node)) return [node.title == null ? "" : `## ${node.title}`, prompt].filter(Boolean).join("\n\n");
  const [first = "", ...rest] = prompt.split("\n");
  const heading = node.title ?? first;
  const more = node.title == null ? rest.join("\n").trim() : prompt;
  const parts = [`## ${heading.replace(/^#+\s*/, "")}`, more, node.response?.trim() ?? ""];
  return parts.filter((part) => part !== "").join("\n\n");
}

/** Parents before their children, and otherwise as one reads: from the top, then from the left. */
export function inOrder(graph: CanvasGraph, chosen: ReadonlySet<string>): readonly NodeView[] {
  const { into } = shapeOf(graph);
  const nodes = [...chosen]
    .flatMap((id) => graph.nodes.get(id) ?? [])
    .toSorted((a, b) => a.position.y - b.position.y || a.position.x - b.position.x);
  const told = new Map<string, NodeView>();
  const tell = (node: NodeView): void => {
    if (told.has(node.id)) return;
    for (const { sourceId } of into.get(node.id) ?? []) {
      const parent = chosen.has(sourceId) && !told.has(sourceId) ? graph.nodes.get(sourceId) : undefined;
      if (parent !== undefined) tell(parent);
    }
    told.set(node.id, node);
  };
  for (const node of nodes) tell(node);
  return [...told.values()];
}
