import { createContext, use, type ComponentType } from "react";

import type { NodeView, ProjectSync } from "../sync/index.ts";
import type { Text } from "../text/index.ts";
import type { History } from "./history.ts";
import { may, type Right } from "./rights.ts";
import { useRights } from "./use-rights.ts";
import type { CanvasStore, CanvasUi, Quote, Target, Unsent, View } from "./ui-state.ts";

/**
 * What the page of a project is put together from. Each part is an object beside its own component, and only the page
 * lists them: a new one is a file and a line there.
 */

/** What the panel can show of that which is selected. */
export interface Tab {
  readonly id: string;
  readonly label: (words: Text, selected: readonly string[]) => string;
  /** How the menu of a card offers it; left out where it does not. */
  readonly offer?: (words: Text) => string;
  readonly isFor: (selected: readonly string[]) => boolean;
  /** Whether it gives way to the card when another one is pressed; left out where it shows each of them. */
  readonly givesWay?: (ui: CanvasUi) => boolean;
  /** Whoever has not this right would be refused what it shows. */
  readonly may?: Right;
  /** What it shows can only be read with an account. */
  readonly needsAccount?: true;
  readonly Body: ComponentType<{ selected: readonly string[] }>;
}

/** What opens over the page. */
export interface PageWindow {
  readonly id: string;
  readonly Body: ComponentType<{ open: boolean; onClose: () => void }>;
}

export interface Asks {
  again(node: NodeView): void;
  quote(quote: Quote): void;
  follow(parent: string, typed: Unsent, kind?: "PROMPT" | "NOTE"): void;
  keep(after: string, typed: Unsent | null): void;
}

/** What a command has in its hands on every page of a project; the canvas adds its own. */
export interface Page {
  /** Asks a node again, as a conversation does. */
  readonly asking: Asks;
  readonly project: ProjectSync;
  readonly store: CanvasStore;
  readonly history: History;
}

export interface Command<Hands = Page> {
  readonly id: string;
  /** The view that it belongs to; left out where it means the same in both. */
  readonly view?: View;
  /** As buttons and the search name it. */
  readonly label?: (words: Text) => string;
  /** Whoever has not this right does not get to see it. */
  readonly may?: Right;
  /** What events call the keys that run it: `Mod+Shift+z`. */
  readonly keys?: readonly string[];
  /** The keys as they are shown: `Mod+Shift+Z`. */
  readonly shown?: string;
  /** What the keys do, in the list of all of them. */
  readonly help?: { readonly part: HelpPart; readonly says: (words: Text) => string };
  /** Its keys are wanted in the middle of a sentence, too. */
  readonly whileTyping?: readonly string[];
  /** Its keys mean what the keyboard is at, also where that is not selected. */
  readonly isPointed?: true;
  readonly button?: CommandButton;
  /** What it can be about: where the menu of the right button, or the bar of a selection, offers it. */
  readonly on?: readonly Target[];
  readonly icon?: ComponentType;
  readonly isDanger?: true;
  /** Whether it means something with what is selected; left out where it always does. */
  readonly isFor?: (hands: Hands) => boolean;
  /** Why it cannot be run with what is selected, though it means something there: it is offered, and says so. */
  readonly whyNot?: (hands: Hands, words: Text) => string | null;
  /** Left out where the browser or the drawing library does it. */
  readonly run?: (hands: Hands) => unknown;
}

/** What a command is called wherever it is offered. */
export const nameOf = ({ label, help }: Pick<Command, "label" | "help">, words: Text): string =>
  label?.(words) ?? help?.says(words) ?? "";

export const HELP_PARTS = ["nodes", "graph", "thread", "view"] as const;
export type HelpPart = (typeof HELP_PARTS)[number];

interface CommandButton {
  readonly place: "tools" | "bar" | "menu" | "end";
  readonly icon: ComponentType;
  /** On a phone it is in the menu. */
  readonly isWide?: true;
  /** Says its name beside the icon. */
  readonly hasText?: true;
  readonly isOn?: (ui: CanvasUi) => boolean;
}

/** Runs a command that opens a window. One that closes meanwhile gives the focus back first. */
export const opens =
  ({ id }: PageWindow) =>
  ({ store }: Pick<Page, "store">): void =>
    queueMicrotask(() => store.setState({ open: id }));

export const TabsContext = createContext<readonly Tab[]>([]);

/** Those that show something to whoever looks. */
export function useTabs(): readonly Tab[] {
  const rights = useRights();
  return use(TabsContext).filter(({ may: right }) => right === undefined || may({ rights }, right));
}
