import { useReactFlow, useStoreApi } from "@xyflow/react";
import { useEffect } from "react";

import { useProject } from "../project/project.ts";
import { glide } from "./sight.ts";
import { useCanvasStore } from "../project/ui-state.ts";

const GLIDE_MS = 250;
/** The part of the screen, from its edges, in which a followed cursor makes the view move. */
const EDGE_SHARE = 0.2;

/** Keeps the cursor of a followed person in sight, until they leave or the user takes over. */
export function useFollowing(): void {
  const { presence } = useProject();
  const store = useCanvasStore();
  const { flowToScreenPosition, setCenter, getZoom } = useReactFlow();
  const flow = useStoreApi();
  useEffect(() => {
    const follow = () => {
      const { following } = store.getState();
      if (typeof following !== "number") return;
      const peer = presence.peers().get(following);
      if (peer === undefined) store.setState({ following: null });
      else if (peer.cursor !== null && isAtEdge(peer.cursor)) {
        void setCenter(peer.cursor.x, peer.cursor.y, { zoom: getZoom(), duration: glide(GLIDE_MS) });
      }
    };
    const isAtEdge = (cursor: { x: number; y: number }) => {
      const box = flow.getState().domNode?.getBoundingClientRect();
      if (box === undefined) return false;
      const { x, y } = flowToScreenPosition(cursor);
      const [dx, dy] = [box.width * EDGE_SHARE, box.height * EDGE_SHARE];
      return x < box.left + dx || x > box.right - dx || y < box.top + dy || y > box.bottom - dy;
    };
    const stops = [
      presence.onChange(follow),
      store.subscribe((now, before) => now.following !== before.following && follow()),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [presence, store, flow, flowToScreenPosition, setCenter, getZoom]);
}
