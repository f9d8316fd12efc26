import { Plus } from "lucide-react";

import { goodPlace, type CanvasCommand, type CanvasHands } from "./hands.ts";

const selectedIn = ({ store }: CanvasHands) => [...store.getState().selection];

/** For what can only be done to one node at a time. */
function first(hands: CanvasHands, run: (id: string) => void): void {
  const [id] = selectedIn(hands);
  if (id !== undefined) run(id);
}

export const newNode: CanvasCommand = {
  id: "new-node",
  view: "canvas",
  label: ({ canvas }) => canvas.newNode,
  may: "graph:write",
  keys: ["n"],
  shown: "N",
  help: { part: "nodes", says: ({ canvas }) => canvas.keys.newNode },
  button: { place: "tools", icon: Plus },
  isFound: true,
  run: ({ actions, flow }) => actions.create(goodPlace(flow)),
};

export const newNote: CanvasCommand = {
  id: "new-note",
  view: "canvas",
  label: ({ canvas }) => canvas.newNote,
  may: "graph:write",
  keys: ["Shift+n"],
  shown: "Shift+N",
  help: { part: "nodes", says: ({ canvas }) => canvas.keys.newNote },
  isFound: true,
  run: ({ actions, flow }) => actions.note(goodPlace(flow)),
};

export const frame: CanvasCommand = {
  id: "frame",
  view: "canvas",
  label: ({ canvas }) => canvas.makeFrame,
  may: "graph:write",
  keys: ["g"],
  shown: "G",
  help: { part: "nodes", says: ({ canvas }) => canvas.keys.frame },
  isFound: true,
  isPointed: true,
  run: ({ actions, flow }) => actions.frame(goodPlace(flow)),
};

export const edit: CanvasCommand = {
  id: "edit",
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
  run: ({ store }) => store.setState({ selection: new Set(), selectedEdges: new Set(), following: null, cycle: null }),
};
