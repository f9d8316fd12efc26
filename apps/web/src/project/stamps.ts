import { shapeOf, upwardsOf } from "./graph.ts";
import type { CanvasGraph, NodeView } from "../sync/index.ts";

/**
 * What the server says about a node holds as long as that on which it rests stays: the texts of the node and of its
 * ancestors, the edges between them, and the project's instructions. A stamp is that in short; it is part of a query's
 * key, so that the answer is read again exactly when its stamp changes. Where things stand is not part of it.
 */
export function contextStamp(graph: CanvasGraph, node: string): string {
  const shape = shapeOf(graph);
  const marks: string[] = [];
  for (const id of [...upwardsOf(shape, [node])].sort()) {
    const each = graph.nodes.get(id);
    if (each === undefined) continue;
    marks.push(markOf(each));
    for (const edge of shape.into.get(id) ?? []) marks.push(`${edge.sourceId}${edge.policy}`);
  }
  return hash([projectStamp(graph), nodeStamp(graph, node), ...marks].join());
}

/** The node itself: its text, its attempt, and how it stands. */
export function nodeStamp(graph: CanvasGraph, id: string): string {
  const node = graph.nodes.get(id);
  if (node === undefined) return "gone";
  return hash([markOf(node), node.status, node.generationId].join());
}

/** Which generations there are and how they stand: what usage is counted of. */
export function usageStamp(graph: CanvasGraph): string {
  const parts: string[] = [];
  for (const { id, status, generationId } of graph.nodes.values()) {
    if (generationId !== null || status === "GENERATING" || status === "ERROR")
      parts.push(id + status.charAt(0) + (generationId ?? ""));
  }
  return hash(parts.join());
}

/** Two nodes and what they rest on. */
export const pairStamp = (graph: CanvasGraph, a: string, b: string): string =>
  contextStamp(graph, a) + contextStamp(graph, b);

function projectStamp({ project }: CanvasGraph): string {
  return [project.systemPrompt, project.presetId, project.model, ...project.fallbackModels].join();
}

const marks = new WeakMap<NodeView, string>();

/** A node is the same object as long as it does not change: each is gone through once. */
function markOf(node: NodeView): string {
  const known = marks.get(node);
  if (known !== undefined) return known;
  const { id, prompt, response, summary, pinned, role, settings } = node;
  const mark = hash(JSON.stringify([id, prompt, response, summary, pinned, role, settings]));
  marks.set(node, mark);
  return mark;
}

/** Two times 32 bits (FNV-1a with two seeds): for telling versions apart, not for secrets. */
export function hash(text: string): string {
  let one = 0x811c9dc5;
  let two = 0x1000193;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 0x01000193);
    two = Math.imul(two ^ code, 0x85ebca6b);
    two ^= two >>> 13;
  }
  return (one >>> 0).toString(36) + (two >>> 0).toString(36);
}
