import { hiddenBy, shapeOf } from "../project/graph.ts";
import { text } from "../text/index.ts";
import { say } from "../ui/toasts.ts";
import type { CanvasHands } from "./commands/hands.ts";
import { toggleFolds } from "./fold.ts";

const isLetter = (name: string) => /^(?:Shift\+)?[a-z]$/u.test(name);

/**
 * Runs what a key stands for. Where that is a letter and cards were made or folded away by it, it says so, with a way
 * back: whoever meant to type sees what happened.
 */
export function runByKey(hands: CanvasHands, name: string, run: (hands: CanvasHands) => unknown): void {
  const { actions, project, store } = hands;
  const nodes = new Set(project.graph()?.nodes.keys());
  const { selection, collapsed } = store.getState();
  run(hands);
  const graph = project.graph();
  if (!isLetter(name) || graph === null) return;
  const { canvas } = text();
  const made = [...graph.nodes.keys()].filter((id) => !nodes.has(id));
  if (made.length > 0) {
    const takeBack = () => {
      actions.remove(new Set(made), new Set());
      actions.select(selection);
    };
    say(canvas.madeByKey(keyOf(name)), { label: canvas.undo, run: takeBack, needsWriting: true });
    return;
  }
  const folds = store.getState().collapsed;
  const [was, is] = [collapsed, folds].map((each) => hiddenBy(shapeOf(graph), each).size);
  if (folds === collapsed || was === undefined || is === undefined || was === is) return;
  const says = is > was ? canvas.foldedByKey(is - was, keyOf(name)) : canvas.unfoldedByKey(was - is, keyOf(name));
  say(says, { label: canvas.undo, run: () => toggleFolds(hands, selection) });
}

const keyOf = (name: string) => name.toUpperCase().replace("SHIFT", "Shift");
