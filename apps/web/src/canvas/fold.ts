import type { CanvasStore } from "../project/ui-state.ts";

/** Folds away what rests on a node, or brings it back. */
export function toggleFold(store: CanvasStore, id: string): void {
  const collapsed = new Set(store.getState().collapsed);
  if (!collapsed.delete(id)) collapsed.add(id);
  store.setState({ collapsed });
}
