import { isAsked, kindOf } from "../project/kinds.ts";
import type { NodeView } from "../sync/index.ts";
import { useText } from "../text/index.ts";

/** How a node stands; an answer that was stopped is none. */
export function useStanding(node: NodeView): string {
  const { canvas, panel } = useText();
  if (!isAsked(node)) return canvas.kind[kindOf(node)];
  return node.isPartial === true && node.status === "COMPLETED" ? panel.runState.CANCELLED : canvas.status[node.status];
}
