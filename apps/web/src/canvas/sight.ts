import type { useReactFlow } from "@xyflow/react";

import { overlaps, type Area } from "../project/sizes.ts";
import { ALL_ZOOM_MIN } from "./detail.ts";

type Flow = ReturnType<typeof useReactFlow>;

/** What is brought into sight keeps this far from the edge of the canvas. */
const MARGIN = 24;
/** Whoever was too far away to read comes as near as this. */
const READING_ZOOM = 1;

/** The view glides only for those who like things to move. */
export const glide = (ms: number): number => (matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : ms);

/**
 * Moves the view no further than it takes to see and read a box, with so much of the screen below it, and at once:
 * somebody is about to type there.
 */
export function bringIntoSight(flow: Flow, box: Area, below = 0): void {
  const { x, y, width, height } = box;
  const { zoom } = flow.getViewport();
  if (zoom < ALL_ZOOM_MIN) void flow.setCenter(x + width / 2, y + height / 2, { zoom: READING_ZOOM });
  else moveTo(flow, { ...box, height: height + below / zoom });
}

/** Moves the view no further than it takes to see all of an area, and away from one that is too large for it. */
export function bringAllIntoSight(flow: Flow, area: Area): void {
  const canvas = canvasOnScreen();
  if (canvas === undefined) return;
  const { zoom } = flow.getViewport();
  const isTooLarge = (length: number, room: number) => length * zoom > room - 2 * MARGIN;
  if (isTooLarge(area.width, canvas.width) || isTooLarge(area.height, canvas.height))
    void flow.fitBounds(area, { padding: 0.1 });
  else moveTo(flow, area);
}

const canvasOnScreen = () => document.querySelector(".react-flow")?.getBoundingClientRect();

function moveTo(flow: Flow, { x, y, width, height }: Area): void {
  const canvas = canvasOnScreen();
  if (canvas === undefined) return;
  const view = flow.getViewport();
  const size = { width: width * view.zoom, height: height * view.zoom };
  const from = { x: view.x + x * view.zoom, y: view.y + y * view.zoom };
  const dx = shift(from.x, size.width, canvas.width);
  const dy = shift(from.y, size.height, canvas.height);
  const [left, up] = clearOfMinimap({ x: from.x + dx, y: from.y + dy, ...size }, canvas);
  if (dx !== 0 || dy !== 0 || left !== 0 || up !== 0) {
    void flow.setViewport({ ...view, x: view.x + dx - left, y: view.y + dy - up });
  }
}

/** How far to the left or up a box on the screen has to go so that the minimap does not cover it, the shorter way. */
function clearOfMinimap(box: Area, canvas: DOMRect): readonly [left: number, up: number] {
  const map = document.querySelector("[data-minimap]")?.getBoundingClientRect();
  if (map === undefined) return [0, 0];
  const corner = { x: map.left - canvas.left, y: map.top - canvas.top, width: map.width, height: map.height };
  if (!overlaps(corner, box)) return [0, 0];
  const left = box.x + box.width - corner.x + MARGIN;
  const up = box.y + box.height - corner.y + MARGIN;
  // The beginning of a box stays in sight, whatever lies over its end.
  const [mayLeft, mayUp] = [box.x - left >= MARGIN, box.y - up >= MARGIN];
  if (mayUp && (!mayLeft || up <= left)) return [0, up];
  return mayLeft ? [left, 0] : [0, 0];
}

/** How far a stretch has to move; of one that is too long for the room, its beginning is seen. */
function shift(from: number, length: number, room: number): number {
  const toBegin = MARGIN - from;
  const toEnd = room - MARGIN - (from + length);
  return toBegin > 0 ? toBegin : Math.max(toBegin, Math.min(0, toEnd));
}

/** The keyboard is at a card, or as long as that is not drawn at none: arrow keys move it, and Tab goes on from there. */
export function focusCard(id: string): void {
  const card = document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`);
  if (card !== null) card.focus({ preventScroll: true });
  else document.querySelector<HTMLElement>(".react-flow__node:focus")?.blur();
}

export function focusEdge(id: string): void {
  document.querySelector<SVGElement>(`.react-flow__edge[data-id="${CSS.escape(id)}"]`)?.focus({ preventScroll: true });
}

export interface Focused {
  readonly kind: "node" | "edge";
  readonly id: string;
}

/** The card or edge that the keyboard is at; where a pointer pressed last says nothing. */
export function focused(): Focused | null {
  const at = document.activeElement;
  const id = at?.getAttribute("data-id") ?? null;
  if (at === null || id === null || !at.matches(":focus-visible")) return null;
  if (at.classList.contains("react-flow__node")) return { kind: "node", id };
  return at.classList.contains("react-flow__edge") ? { kind: "edge", id } : null;
}
