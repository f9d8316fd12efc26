import { Frame, Play, Plus, Trash2 } from "lucide-react";

import { isAsked } from "../../project/kinds.ts";

import { placeOf, selectedIn, type CanvasCommand, type CanvasHands } from "./hands.ts";

const isAny = (hands: CanvasHands) => selectedIn(hands).length > 0;
const isOne = (hands: CanvasHands) => selectedIn(hands).length === 1;
const asksSomething = ({ project, ...hands }: CanvasHands) =>
  selectedIn(hands).some((id) => {
    const node = project.node(id);
    return node !== undefined && isAsked(node);
  });

/** For what can only be done to one node at a time. */
function first(hands: CanvasHands, run: (id: string) => void): void {
  const [id] = selectedIn(hands);
  if (id !== undefined) run(id);
}

export const newNode: CanvasCommand = {
  id: "new-node",
  on: ["canvas"],
  view: "canvas",
  label: ({ canvas }) => canvas.newNode,
  may: "graph:write",
  keys: ["n"],
  shown: "N",
  help: { part: "nodes", says: ({ canvas }) => canvas.keys.newNode },
  button: { place: "tools", icon: Plus },
  run: (hands) => hands.actions.create(placeOf(hands)),
};

export const newNote: CanvasCommand = {
  id: "new-note",
  on: ["canvas"],
  view: "canvas",
  label: ({ canvas }) => canvas.newNote,
  may: "graph:write",
  keys: ["Shift+n"],
  shown: "Shift+N",
  help: { part: "nodes", says: ({ canvas }) => canvas.keys.newNote },
  run: (hands) => hands.actions.note(placeOf(hands)),
};

export const frame: CanvasCommand = {
  id: "frame",
  on: ["canvas", "selection"],
  icon: Frame,
  view: "canvas",
  label: ({ canvas }) => canvas.makeFrame,
  may: "graph:write",
  keys: ["g"],
  shown: "G",
  help: { part: "nodes", says: ({ canvas }) => canvas.keys.frame },
  isPointed: true,
  run: (hands) => hands.actions.frame(placeOf(hands)),
};

export const edit: CanvasCommand = {
  id: "edit",
  on: ["card"],
  isFor: isOne,
  view: "canvas",
  may: "graph:write",
  keys: ["Enter", "F2"],
  shown: "Enter",
  help: { part: "nodes", says: ({ canvas }) => canvas.keys.edit },
  isPointed: true,
  run: (hands) => first(hands, (id) => hands.actions.edit(id)),
};

export const ask: CanvasCommand = {
  id: "ask",
  on: ["card", "selection"],
  icon: Play,
  isFor: asksSomething,
  view: "canvas",
  may: "runs:run",
  keys: ["Mod+Enter"],
  shown: "Mod+Enter",
  help: { part: "nodes", says: ({ canvas }) => canvas.keys.ask },
  isPointed: true,
  run: (hands) => {
    for (const id of selectedIn(hands)) hands.actions.generate(id);
  },
};

export const branch: CanvasCommand = {
  id: "branch",
  on: ["card"],
  isFor: isOne,
  view: "canvas",
  may: "graph:write",
  keys: ["b"],
  shown: "B",
  help: { part: "nodes", says: ({ canvas }) => canvas.keys.branch },
  isPointed: true,
  run: (hands) => first(hands, (id) => hands.actions.branch(id)),
};

export const pin: CanvasCommand = {
  id: "pin",
  on: ["card", "selection"],
  isFor: isAny,
  may: "graph:write",
  keys: ["p"],
  shown: "P",
  help: { part: "nodes", says: ({ canvas }) => canvas.keys.pin },
  isPointed: true,
  run: (hands) => {
    for (const node of selectedIn(hands).flatMap((id) => hands.project.node(id) ?? [])) hands.actions.pin(node);
  },
};

export const remove: CanvasCommand = {
  id: "remove",
  on: ["card", "edge", "selection"],
  icon: Trash2,
  isDanger: true,
  isFor: (hands) => isAny(hands) || hands.store.getState().selectedEdges.size > 0,
  view: "canvas",
  may: "graph:delete",
  keys: ["Delete", "Backspace"],
  shown: "Del",
  help: { part: "nodes", says: ({ canvas }) => canvas.keys.remove },
  isPointed: true,
  run: ({ actions, store }) => actions.remove(store.getState().selection, store.getState().selectedEdges),
};

export const leave: CanvasCommand = {
  id: "leave",
  view: "canvas",
  keys: ["Escape"],
  shown: "Esc",
  help: { part: "nodes", says: ({ canvas }) => canvas.keys.leave },
  run: ({ store }) =>
    store.setState({ selection: new Set(), selectedEdges: new Set(), following: null, cycle: null, menu: null }),
};
