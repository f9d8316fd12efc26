import { getViewportForBounds, useReactFlow, useStoreApi } from "@xyflow/react";
import { useCallback, useEffect } from "react";

import { useProject } from "../project/project.ts";
import type { Peer } from "../sync/index.ts";
import { useCanvasStore } from "../project/ui-state.ts";
import { glide } from "./sight.ts";
import { seenIn, ZOOM_MAX, ZOOM_MIN } from "./viewport.ts";

const GLIDE_MS = 250;
/** What somebody sees is seen with a little room around it. */
const ROOM = 0.02;

/** Tells the others what is on this screen, and shows what is on the screen of whoever is followed. */
export function useFollowing(): void {
  const { presence } = useProject();
  const store = useCanvasStore();
  const flow = useReactFlow();
  const drawing = useStoreApi();
  const tell = useCallback(() => {
    const { transform, width, height } = drawing.getState();
    const [x, y, zoom] = transform;
    // Two who follow each other would never come to rest.
    const isLed = store.getState().following !== null;
    if (width > 0 && !isLed) presence.set({ view: whole(seenIn({ x, y, zoom }, { width, height })) });
  }, [presence, store, drawing]);
  useEffect(() => {
    let shown: Peer["view"] = null;
    let followed: string | null = null;
    const follow = () => {
      const { following } = store.getState();
      if (typeof following !== "number") return;
      const peer = presence.peers().get(following);
      if (peer !== undefined) followed = peer.userId;
      if (peer === undefined) store.setState({ following: otherSocketOf(followed, presence.peers().values()) });
      else if (peer.view !== null && peer.view !== shown) {
        shown = peer.view;
        const { width, height } = drawing.getState();
        const view = getViewportForBounds(peer.view, width, height, ZOOM_MIN, ZOOM_MAX, ROOM);
        void flow.setViewport(view, { duration: glide(GLIDE_MS) });
      }
    };
    const stops = [
      presence.onChange(follow),
      store.subscribe((now, before) => {
        if (now.following === before.following) return;
        shown = null;
        follow();
      }),
      drawing.subscribe((now, before) => {
        const isSame = now.transform === before.transform && now.width === before.width && now.height === before.height;
        if (!isSame) tell();
      }),
    ];
    tell();
    return () => {
      for (const stop of stops) stop();
      presence.set({ view: null });
    };
  }, [presence, store, flow, drawing, tell]);
}

/** Whoever leaves on one device is followed on another. */
function otherSocketOf(user: string | null, peers: Iterable<Peer>): number | null {
  for (const { s, userId } of peers) if (userId === user) return s;
  return null;
}

/** Parts of a pixel are nobody's concern. */
const whole = ({ x, y, width, height }: NonNullable<Peer["view"]>) => ({
  x: Math.round(x),
  y: Math.round(y),
  width: Math.round(width),
  height: Math.round(height),
});
