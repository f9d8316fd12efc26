import { useOnViewportChange, useReactFlow, type Viewport } from "@xyflow/react";
import { useCallback, useEffect, useRef } from "react";

import { api, data } from "../api/client.ts";
import { useAccess, useProject } from "./project.ts";

/** The view is kept this long after it came to rest. */
const REST_MS = 1_000;
const FIT = { padding: 0.15, maxZoom: 1 };

/** Everybody with an account finds their own view again, on any machine; a newcomer sees what the project shows first, or everything. */
export function useViewport(): void {
  const sync = useProject();
  const { isGuest } = useAccess();
  const { setViewport, fitView } = useReactFlow();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);

  useEffect(() => {
    let isLeft = false;
    const show = (viewport: Viewport | null) => {
      if (isLeft) return;
      if (viewport !== null) void setViewport(viewport);
      // Cards are measured in the first frame; without any, the view would jump at the first that is made.
      else if (sync.graph()?.nodes.size !== 0) requestAnimationFrame(() => void fitView(FIT));
    };
    const shownFirst = sync.graph()?.project.viewport ?? null;
    const kept = isGuest
      ? Promise.resolve(null)
      : data(api.GET("/api/v1/projects/{project_id}/viewport", { params: { path: { project_id: sync.project } } }));
    kept.then(
      (own) => show(isViewport(own) ? own : shownFirst),
      () => show(shownFirst),
    );
    return () => {
      isLeft = true;
      clearTimeout(timer.current);
    };
  }, [sync, isGuest, setViewport, fitView]);

  const onEnd = useCallback(
    ({ x, y, zoom }: Viewport) => {
      clearTimeout(timer.current);
      if (isGuest) return;
      timer.current = setTimeout(() => {
        // Not worth a word when it fails: the next move is kept again.
        const path = { project_id: sync.project };
        api.PUT("/api/v1/projects/{project_id}/viewport", { params: { path }, body: { x, y, zoom } }).catch(() => undefined);
      }, REST_MS);
    },
    [sync.project, isGuest],
  );
  useOnViewportChange({ onEnd });
}

function isViewport(value: unknown): value is Viewport {
  return typeof value === "object" && value !== null && "zoom" in value;
}
