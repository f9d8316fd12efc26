import type { Size } from "../../project/sizes.ts";
import type { Point, Spacing } from "./shape.ts";

/** A stretch of the lower edge of what is packed already. */
export interface Stretch {
  readonly x: number;
  readonly width: number;
  readonly y: number;
}

export interface Packed extends Size {
  /** Where each of the blocks stands, in their order. */
  readonly at: readonly Point[];
}

/**
 * Puts blocks beside each other in their order, each as high up as there is room, and begins anew below what is there
 * when a row is as wide as it may be.
 */
export function packed(blocks: readonly Size[], widthMax: number, { beside, below }: Spacing): Packed {
  const widest = blocks.reduce((most, { width }) => Math.max(most, width), widthMax);
  let edge: readonly Stretch[] = [{ x: 0, width: widest + beside, y: 0 }];
  let [width, height] = [0, 0];
  const at = blocks.map((block) => {
    const wide = block.width + beside;
    const place = highestPlace(edge, wide);
    edge = covered(edge, { x: place.x, width: wide, y: place.y + block.height + below });
    width = Math.max(width, place.x + block.width);
    height = Math.max(height, place.y + block.height);
    return place;
  });
  return { width, height, at };
}

/** The highest place that is wide enough, and of those the leftmost. */
function highestPlace(edge: readonly Stretch[], width: number): Point {
  const last = edge.at(-1);
  const end = last === undefined ? 0 : last.x + last.width;
  let found = { x: 0, y: Infinity };
  edge.forEach(({ x }, from) => {
    if (x + width > end) return;
    let y = 0;
    for (let at = from; at < edge.length; at += 1) {
      const stretch = edge[at];
      if (stretch === undefined || stretch.x >= x + width) break;
      y = Math.max(y, stretch.y);
    }
    if (y < found.y) found = { x, y };
  });
  return found;
}

/** The lower edge once something covers a part of it. */
export function covered(edge: readonly Stretch[], over: Stretch): readonly Stretch[] {
  const [from, to] = [over.x, over.x + over.width];
  const parts = edge.flatMap((stretch) => {
    const [begin, end] = [stretch.x, stretch.x + stretch.width];
    const left = { ...stretch, width: Math.min(end, from) - begin };
    const right = { ...stretch, x: Math.max(begin, to), width: end - Math.max(begin, to) };
    return [left, right].filter(({ width }) => width > 0);
  });
  return [...parts, over].toSorted((one, other) => one.x - other.x);
}
