import { useReactFlow } from "@xyflow/react";
import { useEffect } from "react";

import { useProject } from "../project/project.ts";
import { boundsOf, boxOf } from "../project/sizes.ts";
import { useCanvasStore } from "../project/ui-state.ts";
import { bringAllIntoSight } from "./sight.ts";

/** Brings what somebody has just had made into sight: the server names it before the log tells where it stands. */
export function useShowing(): void {
  const project = useProject();
  const store = useCanvasStore();
  const flow = useReactFlow();
  useEffect(() => {
    const show = () => {
      const { showing } = store.getState();
      const nodes = [...showing].flatMap((id) => project.node(id) ?? []);
      if (showing.size === 0 || nodes.length < showing.size) return;
      store.setState({ showing: new Set() });
      bringAllIntoSight(flow, boundsOf(nodes.map(boxOf)));
    };
    show();
    const stops = [
      project.onChange(show),
      store.subscribe((now, before) => {
        if (now.showing !== before.showing) show();
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [project, store, flow]);
}
