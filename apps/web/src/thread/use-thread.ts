import { useEffect, useMemo, useRef } from "react";

import { useGraph } from "../project/project.ts";
import { NEW_CONVERSATION, NEWEST, useCanvas, useCanvasStore } from "../project/ui-state.ts";
import { leftOf, newestOf, threadOf, withWaysOf } from "./path.ts";

/** The messages of the conversation that is open, and what keeps it the same one. */
export function useThread(): readonly string[] {
  const graph = useGraph();
  const store = useCanvasStore();
  const at = useCanvas((ui) => ui.at);
  const ways = useCanvas((ui) => ui.ways);
  const path = useSame(useMemo(() => threadOf(graph, at, ways), [graph, at, ways]));
  const before = useRef<readonly string[]>([]);
  useEffect(() => {
    if (path.length > 0) {
      before.current = path;
      store.setState((ui) => ({ ways: withWaysOf(path, ui.ways) }));
      if (at === NEWEST) store.setState({ at: newestOf(graph) ?? NEW_CONVERSATION });
    } else if (at !== NEW_CONVERSATION) {
      // It was deleted, or never was.
      store.setState({ at: leftOf(before.current, at, graph) ?? newestOf(graph) ?? NEW_CONVERSATION });
    }
  }, [path, at, graph, store]);
  return path;
}

const empty: readonly string[] = [];

/** The same list as long as the same is in it: a graph changes with every word that somebody saves. */
function useSame(path: readonly string[]): readonly string[] {
  const written = path.join();
  return useMemo(() => (written === "" ? empty : written.split(",")), [written]);
}
