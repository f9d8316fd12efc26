import { useEffect } from "react";

import type { Op, ProjectSync, Refused, SingleOp } from "../sync/index.ts";
import { text } from "../text/index.ts";
import { refusalWords } from "../ui/refusal-words.ts";
import { explainOnly, keep, offer, sayFailed, withdrawOffers } from "../ui/toasts.ts";
import type { Actions } from "./actions.ts";
import { useActions } from "./actions-context.ts";
import { isExplainedElsewhere } from "../project/explained.ts";
import { useProject } from "../project/project.ts";
import { useMay } from "../project/use-rights.ts";
import { useCanvasStore, type CanvasStore } from "../project/ui-state.ts";

/** Where people are in a project right now. */
interface Present {
  readonly store: CanvasStore;
  readonly actions: Actions;
}
const present = new WeakMap<ProjectSync, Present>();
const told = new WeakSet<ProjectSync>();

/** Says why a change was taken back, also to those who have left the project by then. */
export function tellRefusals(project: ProjectSync): void {
  if (told.has(project)) return;
  told.add(project);
  project.onRefused((refused) => {
    const here = present.get(project);
    if (here === undefined) sayAfterwards(project, refused);
    else if (!isExplainedElsewhere(refused.id)) sayHere(project, here, refused);
  });
}

/** As long as somebody is on the canvas, it shows what a refusal is about where that is seen best. */
export function useRefusals(): void {
  const actions = useActions();
  const project = useProject();
  const store = useCanvasStore();
  useEffect(() => {
    present.set(project, { store, actions });
    return () => void present.delete(project);
  }, [project, store, actions]);
  const mayWrite = useMay("graph:write");
  useEffect(() => {
    if (mayWrite) return withdrawOffers;
    withdrawOffers();
    return undefined;
  }, [mayWrite]);
}

function sayHere(project: ProjectSync, { store, actions }: Present, { op, refusal }: Refused): void {
  if (refusal.code === "cycle") {
    if (refusal.path !== undefined) actions.showCycle(refusal.path);
    return;
  }
  const update = textUpdate(op);
  if (update !== null && refusal.code === "version_mismatch") {
    // The field in which it was typed still has it, and asks.
    if (store.getState().editing === update.id) return;
    const again = () => project.submit("node.update", update);
    offer(text().canvas.refusedText, { label: text().canvas.putMineBack, run: again, needsWriting: true });
    return;
  }
  sayWithText(refusalWords(refusal), op);
}

function sayAfterwards(project: ProjectSync, { op, refusal }: Refused): void {
  const name = project.graph()?.project.name ?? "";
  sayWithText(text().canvas.refusedAfterwards(name, refusalWords(refusal)), op);
}

/** Offers back what would be lost. */
function sayWithText(sentence: string, op: Op): void {
  const lost = lostTexts(op).join("\n\n");
  if (lost === "") explainOnly(sentence);
  else
    keep(sentence, {
      label: text().canvas.copyMine,
      run: () => void navigator.clipboard.writeText(lost).catch(sayFailed),
    });
}

type TextUpdate = Extract<SingleOp, { op: "node.update" }>["data"];

/** The texts of an update, without the version that they were based on. */
function textUpdate(op: Op): TextUpdate | null {
  if (op.op !== "node.update") return null;
  const { id, prompt, response, summary } = op.data;
  if (prompt === undefined && response === undefined && summary === undefined) return null;
  return {
    id,
    ...(prompt !== undefined && { prompt }),
    ...(response !== undefined && { response }),
    ...(summary !== undefined && { summary }),
  };
}

/** Whatever somebody typed or pasted that is in no node now. */
export function lostTexts(op: Op): readonly string[] {
  const singles: readonly SingleOp[] = op.op === "batch" ? op.data.ops : [op];
  return singles.flatMap(({ op: kind, data }) => {
    const texts = kind === "node.create" || kind === "node.update" ? [data.prompt, data.response, data.summary] : [];
    return texts.filter((each) => typeof each === "string").filter((each) => each !== "");
  });
}
