import type { History } from "../project/history.ts";
import type { CanvasStore } from "../project/ui-state.ts";

interface Hands {
  readonly store: CanvasStore;
  readonly history: History;
}

/** Folds away what rests on each of these nodes, or brings it back: one step that can be undone. */
export function toggleFolds({ store, history }: Hands, ids: Iterable<string>): void {
  const before = store.getState().collapsed;
  const toggled = [...ids];
  const undo = () =>
    store.setState(({ collapsed }) => ({ collapsed: withThose(collapsed, toggled, (id) => before.has(id)) }));
  const redo = () =>
    store.setState(({ collapsed }) => ({ collapsed: withThose(collapsed, toggled, (id) => !before.has(id)) }));
  redo();
  history.shown({ undo, redo });
}

/** The folds, of which these nodes are some or not; what else was folded meanwhile stays. */
function withThose(folds: ReadonlySet<string>, ids: readonly string[], isFolded: (id: string) => boolean) {
  const others = [...folds].filter((id) => !ids.includes(id));
  return new Set([...others, ...ids.filter(isFolded)]);
}
