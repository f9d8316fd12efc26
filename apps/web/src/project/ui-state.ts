import { createContext, use } from "react";
import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";

/** Stands for whatever the panel shows first. */
export const FIRST_TAB = "";

/** What an address calls the tab that the panel shows first. */
export const TAB_PARAMETER = "tab";

/** Nodes and edges that are lit together. */
export interface Lit {
  readonly nodes: ReadonlySet<string>;
  readonly edges: ReadonlySet<string>;
}

/** An answer that is being edited by hand. */
export interface AnswerDraft {
  readonly text: string;
  /** What it began with: what others write since must not be lost unseen. */
  readonly base: { readonly version: number; readonly response: string };
}

/** What only this page knows of a project: nothing here is stored or shared. */
export interface CanvasUi {
  readonly selection: ReadonlySet<string>;
  readonly selectedEdges: ReadonlySet<string>;
  /** The node whose prompt is being typed. */
  readonly editing: string | null;
  /** Whether what is typed there is ahead of what was saved. */
  readonly hasUnsavedDraft: boolean;
  /** Answers with words that are not saved yet, by node: whoever looks elsewhere finds them again. */
  readonly answers: ReadonlyMap<string, AnswerDraft>;
  /** The tab that is shown in the panel; null while that is closed. One that is not there stands for the first. */
  readonly panel: string | null;
  /** The two nodes that are compared. */
  readonly comparing: readonly [string, string] | null;
  /** The node under the pointer. */
  readonly hovered: string | null;
  /** What the hovered or selected nodes rest on; null when nothing is. */
  readonly lineage: Lit | null;
  /** The cycle that a refused edge would have closed. */
  readonly cycle: Lit | null;
  /** Nodes whose branches are folded away. */
  readonly collapsed: ReadonlySet<string>;
  /** The socket of the person whose cursor the view follows, or the id of the agent. */
  readonly following: number | string | null;
  /** The task that the panel shows. */
  readonly task: string | null;
  /** Which of the page's own windows is open. */
  readonly open: string | null;
}

export type CanvasStore = StoreApi<CanvasUi>;

const NONE: ReadonlySet<string> = new Set();

export const newCanvasStore = (fields: Partial<CanvasUi> = {}): CanvasStore =>
  createStore<CanvasUi>(() => ({
    selection: NONE,
    selectedEdges: NONE,
    editing: null,
    hasUnsavedDraft: false,
    answers: new Map(),
    panel: null,
    comparing: null,
    hovered: null,
    lineage: null,
    cycle: null,
    collapsed: NONE,
    following: null,
    task: null,
    open: null,
    ...fields,
  }));

export const CanvasContext = createContext<CanvasStore | null>(null);

export function useCanvasStore(): CanvasStore {
  const store = use(CanvasContext);
  if (store === null) throw new Error("this belongs inside the page of a project");
  return store;
}

export function useCanvas<T>(choose: (ui: CanvasUi) => T): T {
  return useStore(useCanvasStore(), choose);
}
