/** Above or below a field, and how high a list may be there, in the canvas' own measure. */
export interface Room {
  readonly side: "above" | "below";
  readonly height: number;
}

interface Stretch {
  readonly top: number;
  readonly bottom: number;
}

/** A list keeps this far from the edge. */
const MARGIN = 8;

/** Where a list beside a field is seen whole: below it, unless there is more room above and too little below. */
export function roomFor(wanted: number, field: Stretch, within: Stretch, zoom: number): Room {
  const below = within.bottom - field.bottom - MARGIN;
  const above = field.top - within.top - MARGIN;
  const side = below >= wanted * zoom || below >= above ? "below" : "above";
  return { side, height: Math.max(0, side === "below" ? below : above) / zoom };
}
