import { useEffect } from "react";

import { useCanvasStore, type CanvasStore } from "../project/ui-state.ts";
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
}

function write(store: CanvasStore, how: "pushState" | "replaceState"): void {
  const there = addressOf(location, whereOf(store.getState()));
  if (there !== location.pathname + location.search) history[how](null, "", there);
}
