import { createContext, use } from "react";
import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";

/** What the panel beside the canvas shows. */
export type PanelTab = "answer" | "context" | "attempts" | "usage" | "compare";

/** What only this page knows of a project: nothing here is stored or shared. */
export interface CanvasUi {
  readonly selection: ReadonlySet<string>;
  readonly selectedEdges: ReadonlySet<string>;
  /** The node whose prompt is being typed. */
  readonly editing: string | null;
  readonly panel: PanelTab | null;
  /** The two nodes that are compared. */
  readonly comparing: readonly [string, string] | null;
}

export type CanvasStore = StoreApi<CanvasUi>;

export const newCanvasStore = (): CanvasStore =>
  createStore<CanvasUi>(() => ({
    selection: new Set(),
    selectedEdges: new Set(),
    editing: null,
    panel: null,
    comparing: null,
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
