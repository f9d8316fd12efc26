import { useEffect } from "react";

import { rememberFolds } from "./folds.ts";
import { useProject } from "../project/project.ts";
import { lineageOf, shapeOf } from "../project/graph.ts";
import { useCanvasStore, type CanvasUi } from "../project/ui-state.ts";

/** More than this is no longer a question about single nodes. */
const LIT_FROM_MAX = 12;

/** What follows from what is selected, hovered and folded: the others hear of it, ancestors are lit, folds are kept. */
export function useShared(): void {
  const project = useProject();
  const store = useCanvasStore();
  useEffect(() => {
    const light = () => {
      const ui = store.getState();
      const graph = project.graph();
      const from = litFrom(ui);
      const lineage = graph === null || from.length === 0 ? null : lineageOf(shapeOf(graph), from);
      // A node that rests on nothing lights nothing.
      const isWorth = lineage !== null && lineage.nodes.size > from.length;
      if (isWorth || ui.lineage !== null) store.setState({ lineage: isWorth ? lineage : null });
    };
    const forget = () => {
      const graph = project.graph();
      const { selection } = store.getState();
      const living = [...selection].filter((id) => graph?.nodes.has(id));
      if (living.length < selection.size) store.setState({ selection: new Set(living) });
    };
    const stops = [
      store.subscribe((now, before) => {
        if (now.selection !== before.selection) project.presence.set({ selection: [...now.selection] });
        if (now.selection !== before.selection || now.hovered !== before.hovered) light();
        if (now.collapsed !== before.collapsed) rememberFolds(project.project, now.collapsed);
      }),
      project.onChange(({ nodes, edges }) => {
        if (nodes.size > 0) forget();
        if (edges.size > 0) light();
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [project, store]);
}

function litFrom({ hovered, selection }: CanvasUi): readonly string[] {
  if (hovered !== null) return [hovered];
  return selection.size <= LIT_FROM_MAX ? [...selection] : [];
}
