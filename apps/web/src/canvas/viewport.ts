import { getViewportForBounds, useOnViewportChange, type Viewport } from "@xyflow/react";
import { useCallback, useEffect, useRef, useState } from "react";

import { api, data } from "../api/client.ts";
import type { CanvasGraph, ProjectSync } from "../sync/index.ts";
import { boundsOf, boxOf, overlaps, type Area, type Size } from "../project/sizes.ts";
import { ALL_ZOOM_MIN, GIST_ZOOM_MIN } from "./detail.ts";
import { useAccess, useProject } from "../project/project.ts";

export const ZOOM_MIN = 0.03;
export const ZOOM_MAX = 2;
/** The view is kept this long after it came to rest. */
const REST_MS = 1_000;
/** Whoever has the project here does not wait longer for where they left it. */
const WAIT_MS = 2_000;
/** In pixels: on the left stand the buttons for the zoom, and names may go on beyond the last cards. */
const MARGIN = { left: 64, top: 24, right: 40, bottom: 24 };
/** All of it, with some room around, and nothing larger than life. */
export const FIT = {
  padding: {
    left: `${MARGIN.left}px`,
    top: `${MARGIN.top}px`,
    right: `${MARGIN.right}px`,
    bottom: `${MARGIN.bottom}px`,
  },
  maxZoom: 1,
} as const;

/** A layout is seen by everybody: what comes from a phone is to be readable on other screens. */
const SCREEN_MIN: Size = { width: 1_024, height: 640 };
const ORIGIN: Viewport = { x: 0, y: 0, zoom: 1 };

/** Everybody with an account finds their own view again, on any machine. Null stands for none, undefined for not known yet. */
export function useOwnView(project: string, isGuest: boolean): Viewport | null | undefined {
  const [own, setOwn] = useState<Viewport | null | undefined>(isGuest ? null : undefined);
  useEffect(() => {
    if (isGuest) return;
    const first = (view: Viewport | null) => setOwn((known) => (known === undefined ? view : known));
    const timer = setTimeout(first, WAIT_MS, null);
    data(api.GET("/api/v1/projects/{project_id}/viewport", { params: { path: { project_id: project } } })).then(
      (view) => first(isViewport(view) ? view : null),
      () => first(null),
    );
    return () => clearTimeout(timer);
  }, [project, isGuest]);
  return own;
}

/**
 * What the canvas shows first: the node that was asked for, or where one was. A newcomer sees what the project shows
 * first, or everything.
 */
export function firstView(
  own: Viewport | null,
  { project, nodes }: CanvasGraph,
  { width, height }: { width: number; height: number },
  asked = "",
): Viewport {
  const node = nodes.get(asked);
  const kept = own ?? project.viewport;
  if (node !== undefined) {
    const box = boxOf(node);
    // Who left it in sight finds it, and everything around it, where it was.
    if (own !== null && own.zoom >= GIST_ZOOM_MIN && holds(seenIn(own, { width, height }), box)) return own;
    return centredOn(box, kept?.zoom ?? FIT.maxZoom, { width, height });
  }
  if (nodes.size === 0) return kept ?? ORIGIN;
  const boxes = Array.from(nodes.values(), boxOf);
  // It was kept on a screen that may have been another one: whoever would see nothing on this one sees everything.
  if (kept !== null && boxes.some((box) => overlaps(box, seenIn(kept, { width, height })))) return kept;
  return getViewportForBounds(boundsOf(boxes), width, height, ZOOM_MIN, FIT.maxZoom, FIT.padding);
}

/** How much of the screen is filled when all of the canvas is shown. */
export function roomOnScreen(): Size {
  const { width = 0, height = 0 } = document.querySelector(".react-flow")?.getBoundingClientRect() ?? {};
  return {
    width: Math.max(SCREEN_MIN.width, width) - MARGIN.left - MARGIN.right,
    height: Math.max(SCREEN_MIN.height, height) - MARGIN.top - MARGIN.bottom,
  };
}

/** The part of the canvas that a view shows. */
export function seenIn({ x, y, zoom }: Viewport, { width, height }: { width: number; height: number }): Area {
  return { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom };
}

function centredOn(box: Area, zoom: number, { width, height }: { width: number; height: number }): Viewport {
  const near = Math.max(ALL_ZOOM_MIN, Math.min(FIT.maxZoom, zoom));
  return {
    x: width / 2 - (box.x + box.width / 2) * near,
    y: height / 2 - (box.y + box.height / 2) * near,
    zoom: near,
  };
}

const holds = (seen: Area, box: Area): boolean =>
  box.x >= seen.x &&
  box.y >= seen.y &&
  box.x + box.width <= seen.x + seen.width &&
  box.y + box.height <= seen.y + seen.height;

/** Where the canvas was left for a conversation. */
const lastViews = new WeakMap<ProjectSync, Viewport>();

export const lastView = (project: ProjectSync): Viewport | undefined => lastViews.get(project);

/**
 * Keeps where the user is, also of those who leave at once. It belongs to the drawing, which forgets who listens when
 * it ends.
 */
export function useKeptView(): void {
  const sync = useProject();
  const { project } = sync;
  const { isGuest } = useAccess();
  const unkept = useRef<{ view: Viewport; timer: ReturnType<typeof setTimeout> } | null>(null);
  const keep = useCallback(() => {
    if (unkept.current === null) return;
    clearTimeout(unkept.current.timer);
    const { x, y, zoom } = unkept.current.view;
    unkept.current = null;
    const params = { path: { project_id: project } };
    // Not worth a word when it fails: the next move is kept again.
    api
      .PUT("/api/v1/projects/{project_id}/viewport", { params, body: { x, y, zoom }, keepalive: true })
      .catch(() => undefined);
  }, [project]);
  useEffect(() => {
    addEventListener("pagehide", keep);
    return () => {
      removeEventListener("pagehide", keep);
      keep();
    };
  }, [keep]);
  const onEnd = useCallback(
    (view: Viewport) => {
      clearTimeout(unkept.current?.timer);
      lastViews.set(sync, view);
      if (!isGuest) unkept.current = { view, timer: setTimeout(keep, REST_MS) };
    },
    [keep, isGuest, sync],
  );
  useOnViewportChange({ onEnd });
}

function isViewport(value: unknown): value is Viewport {
  return typeof value === "object" && value !== null && "zoom" in value;
}
