import { createContext, use } from "react";
import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";

import type { NodeView } from "../sync/index.ts";

/** Stands for whatever the panel shows first. */
export const FIRST_TAB = "";

/** What an address calls the tab that the panel shows first. */
export const TAB_PARAMETER = "tab";
/** What an address calls the task that the panel shows. */
export const TASK_PARAMETER = "task";

/** The two ways to look at a project: all of it as a graph, or one branch of it as a conversation. */
export type View = "canvas" | "thread";

/** Stand for the conversation that was gone on with last, and for one that is yet to begin. */
export const NEWEST = "";
export const NEW_CONVERSATION = "new";

/** Words of an answer that a question is about. */
export interface Quote {
  readonly nodeId: string;
  readonly text: string;
}

/** A question that was typed in a conversation and is not asked yet. */
export interface Unsent {
  readonly text: string;
  readonly quote: Quote | null;
  readonly files?: readonly UnsentFile[];
}

/** A file that the next question is about. */
export interface UnsentFile {
  readonly mediaId: string;
  readonly name: string;
}

/** A line along which a dragged card stands level with others, or the gap that it keeps to one. */
export interface Guide {
  readonly axis: "x" | "y";
  /** Where across its axis it lies, and from where to where it leads along the other. */
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** Nodes and edges that are lit together. */
export interface Lit {
  readonly nodes: ReadonlySet<string>;
  readonly edges: ReadonlySet<string>;
}

/** What a menu can be about. */
export type Target = "canvas" | "card" | "edge" | "selection";

/** What cards have in common; what is left out does not matter. */
export interface Filter {
  /** What cards are: questions, notes, files or system messages. */
  readonly kind?: string;
  readonly status?: string;
  /** Empty stands for what was written by hand. */
  readonly model?: string;
  /** The person or the agent who made the card. */
  readonly author?: string;
  readonly tag?: string;
  /** The least that the answer cost, in dollars. */
  readonly cost?: string;
}

/** The texts of a node that are edited in the panel. */
export type Drafted = "prompt" | "response";

/** A text that is being edited by hand. */
export interface TextDraft {
  readonly text: string;
  /** What it began with: what others write since must not be lost unseen. */
  readonly base: { readonly version: number; readonly text: string };
}

/** By what the draft of a node's text is found. */
export const draftOf = (node: string, what: Drafted): string => `${node} ${what}`;

/** A file at a node. */
export type Attachment = NonNullable<NodeView["attachments"]>[number];

/** Where in a file somebody looks, and at which node it is. */
export interface FilePlace {
  readonly node: string | null;
  readonly page: number | null;
  /** Words that are there, as somebody quoted them. */
  readonly quote: string | null;
}

/** What only this page knows of a project: nothing here is stored or shared. */
export interface CanvasUi {
  readonly selection: ReadonlySet<string>;
  readonly selectedEdges: ReadonlySet<string>;
  /** The node whose prompt is being typed. */
  readonly editing: string | null;
  /** Whether what is typed there is ahead of what was saved. */
  readonly hasUnsavedDraft: boolean;
  /** Texts with words that are not saved yet, by node: whoever looks elsewhere finds them again. */
  readonly drafts: ReadonlyMap<string, TextDraft>;
  /** The tab that is shown in the panel; null while that is closed. One that is not there stands for the first. */
  readonly panel: string | null;
  /** The two nodes that are compared. */
  readonly comparing: readonly [string, string] | null;
  /** The node under the pointer. */
  readonly hovered: string | null;
  /** What the hovered or selected nodes rest on; null when nothing is. */
  readonly lineage: Lit | null;
  /** Where what is dragged stands level with other cards. */
  readonly guides: readonly Guide[];
  /** The cycle that a refused edge would have closed. */
  readonly cycle: Lit | null;
  /** Nodes whose branches are folded away. */
  readonly collapsed: ReadonlySet<string>;
  /** The socket of the person whose cursor the view follows, or the id of the agent. */
  readonly following: number | string | null;
  /** The task that the panel shows. */
  readonly task: string | null;
  /** What the right button pressed, and where on the screen. */
  readonly menu: { readonly target: Target; readonly at: { readonly x: number; readonly y: number } } | null;
  /** Only what is like this stands out. */
  readonly filter: Filter | null;
  /** The file that is looked at. */
  readonly file: Attachment | null;
  readonly filePlace: FilePlace | null;
  /** The node whose settings for its branch a window shows. */
  readonly branch: string | null;
  /** Which of the page's own windows is open. */
  readonly open: string | null;
  readonly view: View;
  /** The node whose conversation is read, or one of the two words above. */
  readonly at: string;
  /** Where a conversation forks, the way that is read: of a node, the one that follows it. */
  readonly ways: ReadonlyMap<string, string>;
  /** The message at which the keyboard is to be, once it is drawn. */
  readonly reaching: string | null;
  /** New nodes that the canvas brings into sight once they are there. */
  readonly showing: ReadonlySet<string>;
  /** The message that the next question branches from; null where it goes on at the end. */
  readonly replyTo: string | null;
  /** The message whose question is being edited. */
  readonly rewriting: string | null;
  /** What was typed, by the message that it follows. */
  readonly unsent: ReadonlyMap<string, Unsent>;
  /** Whom the next question goes to; empty leaves it to the project. */
  readonly model: string;
  readonly presetId: string;
  /** The tab that the panel shows again in the view that is not looked at. */
  readonly otherPanel: string | null;
}

export type CanvasStore = StoreApi<CanvasUi>;

const NONE: ReadonlySet<string> = new Set();

export const newCanvasStore = (fields: Partial<CanvasUi> = {}): CanvasStore =>
  createStore<CanvasUi>(() => ({
    selection: NONE,
    selectedEdges: NONE,
    editing: null,
    hasUnsavedDraft: false,
    drafts: new Map(),
    panel: null,
    comparing: null,
    hovered: null,
    lineage: null,
    guides: [],
    cycle: null,
    collapsed: NONE,
    following: null,
    task: null,
    menu: null,
    filter: null,
    file: null,
    filePlace: null,
    branch: null,
    open: null,
    view: "canvas",
    at: NEWEST,
    ways: new Map(),
    reaching: null,
    showing: NONE,
    replyTo: null,
    rewriting: null,
    unsent: new Map(),
    model: "",
    presetId: "",
    otherPanel: null,
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
