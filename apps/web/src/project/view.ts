import { useSyncExternalStore } from "react";

import { NEW_CONVERSATION, NEWEST, type CanvasStore, type CanvasUi, type View } from "./ui-state.ts";

/** What an address calls the view, and the node that it is about. */
const VIEW_PARAMETER = "view";
const NODE_PARAMETER = "node";

/** A screen on which a canvas can only be a map, and a conversation is the way to work. */
const PHONE = "(width < 40rem)";

export const isPhone = (): boolean => matchMedia(PHONE).matches;

export const useIsPhone = (): boolean => useSyncExternalStore(onTurned, isPhone);

function onTurned(listener: () => void): () => void {
  const screen = matchMedia(PHONE);
  screen.addEventListener("change", listener);
  return () => screen.removeEventListener("change", listener);
}

export interface Where {
  readonly view: View;
  /** Empty where it is about no node in particular. */
  readonly node: string;
}

/** What an address leads to. Where it does not say how, the screen decides. */
export function whereIn(search: string): Where {
  const parameters = new URLSearchParams(search);
  const view = parameters.get(VIEW_PARAMETER);
  const isThread = view === "thread" || (view !== "canvas" && isPhone());
  return { view: isThread ? "thread" : "canvas", node: parameters.get(NODE_PARAMETER) ?? "" };
}

/** The same address, leading elsewhere in the project. A canvas is meant where nothing else is said, but for a phone. */
export function addressOf({ pathname, search }: { pathname: string; search: string }, { view, node }: Where): string {
  const parameters = new URLSearchParams(search);
  const set = (name: string, value: string) => (value === "" ? parameters.delete(name) : parameters.set(name, value));
  set(VIEW_PARAMETER, view === "thread" || isPhone() ? view : "");
  set(NODE_PARAMETER, node);
  const asked = parameters.toString();
  return asked === "" ? pathname : `${pathname}?${asked}`;
}

/** Where somebody is. */
export function whereOf({ view, at, selection }: Pick<CanvasUi, "view" | "at" | "selection">): Where {
  if (view === "thread") return { view, node: at };
  const [node = "", another] = selection;
  return { view, node: another === undefined ? node : "" };
}

/** What the page knows when it begins at such a place. */
export const beginningAt = ({ view, node }: Where): Partial<CanvasUi> => ({
  view,
  at: node,
  selection: new Set(node === "" || node === NEW_CONVERSATION ? [] : [node]),
});

/** Shows a node, or where one is, as a conversation. */
export function showThread(store: CanvasStore, node?: string): void {
  store.setState((ui) => {
    const [selected] = ui.selection;
    const at = node ?? selected ?? ui.at;
    return { ...viewed(ui, "thread"), at, reaching: at, replyTo: null, rewriting: null, editing: null };
  });
}

/** Shows a node, or where one is, among all others. */
export function showCanvas(store: CanvasStore, node?: string): void {
  store.setState((ui) => {
    const at = node ?? ui.at;
    const selection = at === NEWEST || at === NEW_CONVERSATION ? ui.selection : new Set([at]);
    return { ...viewed(ui, "canvas"), at, selection, reaching: at };
  });
}

/** Each view has a panel of its own: what is beside the canvas would only repeat the conversation. */
function viewed(ui: CanvasUi, view: View): Partial<CanvasUi> {
  return ui.view === view ? {} : { view, panel: ui.otherPanel, otherPanel: ui.panel };
}
