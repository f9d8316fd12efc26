import type { CanvasGraph } from "../../sync/index.ts";
import { language } from "../../text/index.ts";

/** Every tag that a project has, by name. */
export function tagsIn(nodes: CanvasGraph["nodes"]): readonly string[] {
  const tags = new Set([...nodes.values()].flatMap((node) => node.tags ?? []));
  return [...tags].sort((one, other) => one.localeCompare(other, language()));
}
