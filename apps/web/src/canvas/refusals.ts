import { useEffect } from "react";

import type { Op, SingleOp } from "../sync/index.ts";
import { text } from "../text/index.ts";
import { refusalWords } from "../ui/refusal-words.ts";
import { explainOnly, offer, sayFailed } from "../ui/toasts.ts";
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
        const update = textUpdate(op);
        if (update !== null && refusal.code === "version_mismatch") {
          // The field in which it was typed still has it, and asks.
          if (store.getState().editing === update.id) return;
          const again = () => project.submit("node.update", update);
          offer(text().canvas.refusedText, { label: text().canvas.putMineBack, run: again });
          return;
        }
        const lost = lostTexts(op).join("\n\n");
        if (lost === "") explainOnly(refusalWords(refusal));
        else offer(refusalWords(refusal), { label: text().canvas.copyMine, run: () => void navigator.clipboard.writeText(lost).catch(sayFailed) });
      }),
    [project, store, actions],
  );
}

type TextUpdate = Extract<SingleOp, { op: "node.update" }>["data"];

/** The texts of an update, without the version that they were based on. */
function textUpdate(op: Op): TextUpdate | null {
  if (op.op !== "node.update") return null;
  const { id, prompt, response, summary } = op.data;
  if (prompt === undefined && response === undefined && summary === undefined) return null;
  return { id, ...(prompt !== undefined && { prompt }), ...(response !== undefined && { response }), ...(summary !== undefined && { summary }) };
}

/** Whatever somebody typed or pasted that is in no node now. */
export function lostTexts(op: Op): readonly string[] {
  const singles: readonly SingleOp[] = op.op === "batch" ? op.data.ops : [op];
  return singles.flatMap(({ op: kind, data }) => {
    const texts = kind === "node.create" || kind === "node.update" ? [data.prompt, data.response, data.summary] : [];
    return texts.filter((each) => typeof each === "string").filter((each) => each !== "");
  });
}
