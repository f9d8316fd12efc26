import type { Box } from "../project/sizes.ts";

export type Arrangement = "left" | "center" | "right" | "top" | "middle" | "bottom" | "across" | "down";

interface Placed {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

/** Where cards go when they are aligned at an edge or spread evenly; nothing for fewer than two. */
export function arranged(boxes: readonly Box[], how: Arrangement): readonly Placed[] {
  if (boxes.length < 2) return [];
  const left = Math.min(...boxes.map(({ x }) => x));
  const right = Math.max(...boxes.map(({ x, width }) => x + width));
  const top = Math.min(...boxes.map(({ y }) => y));
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
  const each = (place: (box: Box) => { x?: number; y?: number }) =>
    boxes.map(({ id, x, y, ...size }) => ({ id, x, y, ...place({ id, x, y, ...size }) }));
  switch (how) {
    case "left":
      return each(() => ({ x: left }));
    case "center":
      return each(({ width }) => ({ x: (left + right - width) / 2 }));
    case "right":
      return each(({ width }) => ({ x: right - width }));
    case "top":
      return each(() => ({ y: top }));
    case "middle":
      return each(({ height }) => ({ y: (top + bottom - height) / 2 }));
    case "bottom":
      return each(({ height }) => ({ y: bottom - height }));
    case "across":
      return spread(boxes, "x", "width", left, right);
    case "down":
      return spread(boxes, "y", "height", top, bottom);
  }
}

/** The same gap between neighbours; the outermost stay. */
function spread(
  boxes: readonly Box[],
  axis: "x" | "y",
  size: "width" | "height",
  from: number,
  to: number,
): readonly Placed[] {
  const ordered = boxes.toSorted((a, b) => a[axis] - b[axis]);
  const taken = boxes.reduce((sum, box) => sum + box[size], 0);
  const gap = (to - from - taken) / (boxes.length - 1);
  let at = from;
  return ordered.map(({ id, x, y, ...box }): Placed => {
    const placed = { id, x, y, [axis]: at };
    at += box[size] + gap;
    return placed;
  });
}
