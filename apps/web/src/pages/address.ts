import { useEffect } from "react";
import { useSearch } from "wouter";

import { TAB_PARAMETER, TASK_PARAMETER, useCanvasStore, type CanvasStore } from "../project/ui-state.ts";
import { addressOf, showCanvas, showThread, whereIn, whereOf } from "../project/view.ts";

/** The address names the view and the node, so that it can be sent to others, and the way back leads to where one was. */
export function useAddress(): void {
  const store = useCanvasStore();
  useEffect(() => {
    const { pathname } = location;
    write(store, "replaceState");
    const stop = store.subscribe((now, before) => {
      if (now.view !== before.view) write(store, "pushState");
      else if (now.at !== before.at || now.selection !== before.selection) write(store, "replaceState");
    });
    const back = () => {
      // The way back may lead out of the project.
      if (location.pathname !== pathname) return;
      const { view, node } = whereIn(location.search);
      if (view === "thread") showThread(store, node);
      else showCanvas(store, node);
    };
    addEventListener("popstate", back);
    return () => {
      stop();
      removeEventListener("popstate", back);
    };
  }, [store]);
  useLinksWithin(store);
}

/** A link may lead from a project to a place in it, such as that of a notification. */
function useLinksWithin(store: CanvasStore): void {
  const search = useSearch();
  useEffect(() => {
    // What this page wrote itself says what is shown.
    const { view, node } = whereIn(location.search);
    if (node !== "" && node !== whereOf(store.getState()).node) {
      if (view === "thread") showThread(store, node);
      else showCanvas(store, node);
    }
    const parameters = new URLSearchParams(location.search);
    const task = parameters.get(TASK_PARAMETER);
    if (task === null) return;
    store.setState({ panel: parameters.get(TAB_PARAMETER), task });
    // It was followed: whatever is chosen from now on is not in the address.
    parameters.delete(TASK_PARAMETER);
    history.replaceState(null, "", `${location.pathname}?${parameters.toString()}`);
  }, [search, store]);
}

function write(store: CanvasStore, how: "pushState" | "replaceState"): void {
  const there = addressOf(location, whereOf(store.getState()));
  if (there !== location.pathname + location.search) history[how](null, "", there);
}
