import { ChevronsDownUp, CopyPlus, Redo2, Undo2, Workflow } from "lucide-react";

import type { Command } from "../../project/parts.ts";
import { text } from "../../text/index.ts";
import { explainOnly, say } from "../../ui/toasts.ts";
import { toggleFolds } from "../fold.ts";
import type { Undone } from "../../project/history.ts";
import { stepTo, stepToEdge } from "../steps.ts";
import { selectedIn, type CanvasCommand } from "./hands.ts";

export const connect: CanvasCommand = {
  id: "connect",
  isFor: (hands) => selectedIn(hands).length > 1,
  on: ["selection"],
  view: "canvas",
  may: "graph:write",
  keys: ["l"],
  shown: "L",
  help: { part: "graph", says: ({ canvas }) => canvas.keys.connect },
  run: ({ actions, store }) => {
    const [first, ...others] = store.getState().selection;
    if (first !== undefined) for (const other of others) actions.connect(first, other);
  },
};

export const fold: CanvasCommand = {
  id: "fold",
  on: ["card", "selection"],
  icon: ChevronsDownUp,
  isFor: (hands) => selectedIn(hands).length > 0,
  view: "canvas",
  keys: ["c"],
  shown: "C",
  help: { part: "graph", says: ({ canvas }) => canvas.keys.fold },
  isPointed: true,
  run: (hands) => toggleFolds(hands, selectedIn(hands)),
};

export const parent: CanvasCommand = {
  id: "parent",
  view: "canvas",
  keys: ["Alt+ArrowUp"],
  shown: "Alt+↑",
  help: { part: "graph", says: ({ canvas }) => canvas.keys.parent },
  isPointed: true,
  run: (hands) => stepTo(hands, "parent"),
};

export const child: CanvasCommand = {
  id: "child",
  view: "canvas",
  keys: ["Alt+ArrowDown"],
  shown: "Alt+↓",
  help: { part: "graph", says: ({ canvas }) => canvas.keys.child },
  isPointed: true,
  run: (hands) => stepTo(hands, "child"),
};

export const after: CanvasCommand = {
  id: "after",
  view: "canvas",
  keys: ["Alt+ArrowRight"],
  shown: "Alt+→",
  help: { part: "graph", says: ({ canvas }) => canvas.keys.sibling },
  isPointed: true,
  run: (hands) => stepTo(hands, "after"),
};

export const before: CanvasCommand = {
  id: "before",
  view: "canvas",
  keys: ["Alt+ArrowLeft"],
  isPointed: true,
  run: (hands) => stepTo(hands, "before"),
};

export const connection: CanvasCommand = {
  id: "connection",
  view: "canvas",
  keys: ["e"],
  shown: "E",
  help: { part: "graph", says: ({ canvas }) => canvas.keys.connection },
  run: (hands) => stepToEdge(hands),
};

export const move: Command = {
  id: "move",
  view: "canvas",
  shown: "↑",
  help: { part: "graph", says: ({ canvas }) => canvas.keys.move },
};

export const selectAll: CanvasCommand = {
  id: "select-all",
  on: ["canvas"],
  view: "canvas",
  may: "graph:write",
  keys: ["Mod+a"],
  shown: "Mod+A",
  help: { part: "graph", says: ({ canvas }) => canvas.keys.all },
  run: ({ actions }) => actions.selectAll(),
};

export const copy: Command = {
  id: "copy",
  view: "canvas",
  shown: "Mod+C",
  help: { part: "graph", says: ({ canvas }) => canvas.keys.copy },
};

export const paste: Command = {
  id: "paste",
  view: "canvas",
  shown: "Mod+V",
  help: { part: "graph", says: ({ canvas }) => canvas.keys.paste },
};

export const duplicate: CanvasCommand = {
  id: "duplicate",
  on: ["card", "selection"],
  icon: CopyPlus,
  isFor: (hands) => selectedIn(hands).length > 0,
  view: "canvas",
  may: "graph:write",
  keys: ["Mod+d"],
  shown: "Mod+D",
  help: { part: "graph", says: ({ canvas }) => canvas.keys.duplicate },
  isPointed: true,
  run: ({ actions }) => actions.duplicate(),
};

export const undo: Command = {
  id: "undo",
  label: ({ canvas }) => canvas.undo,
  may: "graph:write",
  keys: ["Mod+z"],
  shown: "Mod+Z",
  help: { part: "graph", says: ({ canvas }) => canvas.keys.undo },
  button: { place: "tools", icon: Undo2, isWide: true },
  run: ({ history }) => tell(history.undo(), "nothingToUndo"),
};

export const redo: Command = {
  id: "redo",
  label: ({ canvas }) => canvas.redo,
  may: "graph:write",
  keys: ["Mod+Shift+z", "Mod+y"],
  shown: "Mod+Shift+Z",
  help: { part: "graph", says: ({ canvas }) => canvas.keys.redo },
  button: { place: "tools", icon: Redo2, isWide: true },
  run: ({ history }) => tell(history.redo(), "nothingToRedo"),
};

/** What a key could not take back is said. */
function tell(undone: Undone, nothing: "nothingToUndo" | "nothingToRedo"): void {
  const { canvas } = text();
  if (undone === "changed-since") explainOnly(canvas.changedSince);
  else if (undone === "nothing") say(canvas[nothing]);
}

export const layOut: CanvasCommand = {
  id: "lay-out",
  on: ["canvas", "selection"],
  view: "canvas",
  label: ({ canvas }) => canvas.layOut,
  may: "graph:write",
  button: { place: "tools", icon: Workflow },
  run: ({ actions }) => actions.layOut(),
};
