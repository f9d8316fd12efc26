import { MessagesSquare, SquarePen } from "lucide-react";

import type { Command, Page } from "../project/parts.ts";
import { NEW_CONVERSATION } from "../project/ui-state.ts";
import { showCanvas, showThread } from "../project/view.ts";
import { focusComposer } from "./focus.ts";
import { isQuestion } from "./kind.ts";
import { goBeside } from "./Message.tsx";
import { besides, threadOf } from "./path.ts";
import { selectedQuote } from "./QuoteButton.tsx";

/** The conversation as it is, and the place of the message that the keyboard is at. */
function here({ project, store }: Page) {
  const graph = project.graph();
  const { at, ways } = store.getState();
  const path = graph === null ? [] : threadOf(graph, at, ways);
  return { graph, path, place: path.indexOf(at) };
}

export const toggle: Command = {
  id: "thread",
  on: ["card"],
  label: ({ thread }) => thread.toggle,
  keys: ["t", "Mod+j"],
  shown: "T",
  whileTyping: ["Mod+j"],
  help: { part: "view", says: ({ thread }) => thread.keys.toggle },
  button: { place: "bar", icon: MessagesSquare, isOn: ({ view }) => view === "thread" },
  isPointed: true,
  run: ({ store }) => (store.getState().view === "thread" ? showCanvas(store) : showThread(store)),
};

export const begin: Command = {
  id: "new-conversation",
  view: "thread",
  label: ({ thread }) => thread.newConversation,
  may: "graph:write",
  keys: ["n"],
  shown: "N",
  help: { part: "thread", says: ({ thread }) => thread.keys.begin },
  button: { place: "tools", icon: SquarePen },
  run: ({ store }) => {
    showThread(store, NEW_CONVERSATION);
    store.setState({ selection: new Set() });
    focusComposer();
  },
};

export const compose: Command = {
  id: "compose",
  view: "thread",
  may: "graph:write",
  keys: ["Enter"],
  shown: "Enter",
  help: { part: "thread", says: ({ thread }) => thread.keys.compose },
  run: () => focusComposer(),
};

export const rewrite: Command = {
  id: "rewrite",
  view: "thread",
  may: "runs:run",
  keys: ["e", "F2"],
  shown: "E",
  help: { part: "thread", says: ({ thread }) => thread.keys.edit },
  run: ({ project, store }) => {
    const { at } = store.getState();
    if (isQuestion(project.node(at))) store.setState({ rewriting: at });
  },
};

export const retry: Command = {
  id: "retry",
  view: "thread",
  may: "runs:run",
  keys: ["r"],
  shown: "R",
  help: { part: "thread", says: ({ thread }) => thread.keys.retry },
  run: ({ asking, project, store }) => {
    const node = project.node(store.getState().at);
    if (node !== undefined && isQuestion(node) && node.status !== "GENERATING") asking.again(node);
  },
};

export const branchOff: Command = {
  id: "branch-off",
  view: "thread",
  may: "runs:run",
  keys: ["b"],
  shown: "B",
  help: { part: "thread", says: ({ thread }) => thread.keys.branch },
  run: ({ asking, store }) => {
    const quote = selectedQuote();
    if (quote === null) store.setState(({ at }) => ({ replyTo: at }));
    else asking.quote(quote);
    requestAnimationFrame(focusComposer);
  },
};

const step =
  (by: 1 | -1) =>
  (page: Page): void => {
    const { path, place } = here(page);
    const id = path[place + by];
    if (id !== undefined) page.store.setState({ reaching: id });
  };

export const above: Command = {
  id: "above",
  view: "thread",
  keys: ["Alt+ArrowUp"],
  shown: "Alt+↑",
  help: { part: "thread", says: ({ thread }) => thread.keys.above },
  run: step(-1),
};

export const below: Command = {
  id: "below",
  view: "thread",
  keys: ["Alt+ArrowDown"],
  shown: "Alt+↓",
  help: { part: "thread", says: ({ thread }) => thread.keys.below },
  run: step(1),
};

const beside =
  (by: 1 | -1) =>
  (page: Page): void => {
    const { graph, path, place } = here(page);
    const [id, parent] = [path[place], path[place - 1]];
    if (graph === null || id === undefined) return;
    const all = besides(graph, id, parent);
    goBeside(page.store, all[all.indexOf(id) + by], parent);
  };

export const otherBefore: Command = {
  id: "other-before",
  view: "thread",
  keys: ["Alt+ArrowLeft"],
  run: beside(-1),
};

export const otherAfter: Command = {
  id: "other-after",
  view: "thread",
  keys: ["Alt+ArrowRight"],
  shown: "Alt+→",
  help: { part: "thread", says: ({ thread }) => thread.keys.other },
  run: beside(1),
};
