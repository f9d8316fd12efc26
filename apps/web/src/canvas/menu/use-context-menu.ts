import { useMemo, type MouseEvent } from "react";

import { useCanvasStore, type Target } from "../../project/ui-state.ts";
import { isTyping } from "../typing.ts";

/** The right button, or the key of that name, on whatever the canvas shows. What it pressed is selected. */
export function useContextMenu(isMap: boolean) {
  const store = useCanvasStore();
  return useMemo(() => {
    if (isMap) return {};
    const open = (event: MouseEvent | globalThis.MouseEvent, target: Target) => {
      // In a text the browser's own menu is wanted.
      if (isTyping(event.target)) return;
      event.preventDefault();
      store.setState({ menu: { target, at: { x: event.clientX, y: event.clientY } } });
    };
    return {
      onPaneContextMenu: (event: MouseEvent | globalThis.MouseEvent) => open(event, "canvas"),
      onSelectionContextMenu: (event: MouseEvent) => open(event, "selection"),
      onNodeContextMenu: (event: MouseEvent, { id }: { id: string }) => {
        const { selection } = store.getState();
        if (!isTyping(event.target) && !selection.has(id))
          store.setState({ selection: new Set([id]), selectedEdges: new Set() });
        open(event, store.getState().selection.size > 1 ? "selection" : "card");
      },
      onEdgeContextMenu: (event: MouseEvent, { id }: { id: string }) => {
        if (!store.getState().selectedEdges.has(id))
          store.setState({ selection: new Set(), selectedEdges: new Set([id]) });
        open(event, "edge");
      },
    };
  }, [store, isMap]);
}
