import { useEffect } from "react";

import type { Op, SingleOp } from "../sync/index.ts";
import { text } from "../text/index.ts";
import { explainOnly, offer } from "../ui/toasts.ts";
import type { Actions } from "./actions.ts";
import { isExplainedElsewhere } from "./explained.ts";
import { useProject } from "./project.ts";
import { useCanvasStore } from "./ui-state.ts";

/** Says why a change was taken back, where it shows best, and offers back what would be lost. */
export function useRefusals(actions: Actions): void {
  const project = useProject();
  const store = useCanvasStore();
  useEffect(
    () =>
      project.onRefused(({ id, op, refusal }) => {
        if (isExplainedElsewhere(id)) return;
        if (refusal.code === "cycle") {
          if (refusal.path !== undefined) actions.showCycle(refusal.path);
          return;
        }
        const lost = lostText(op);
        // The field in which it was typed still has it, and asks.
        if (lost !== null && store.getState().editing === lost.id) return;
        if (lost === null || refusal.code !== "version_mismatch") {
          explainOnly(refusal.detail);
          return;
        }
        const again = () => project.submit("node.update", lost);
        offer(text().canvas.refusedText, { label: text().canvas.putMineBack, run: again });
      }),
    [project, store, actions],
  );
}

type TextUpdate = Extract<SingleOp, { op: "node.update" }>["data"];

/** The texts of an update, without the version that they were based on. */
function lostText(op: Op): TextUpdate | null {
  if (op.op !== "node.update") return null;
  const { id, prompt, response, summary } = op.data;
  if (prompt === undefined && response === undefined && summary === undefined) return null;
  return { id, ...(prompt !== undefined && { prompt }), ...(response !== undefined && { response }), ...(summary !== undefined && { summary }) };
}
