import { getBezierPath, Position } from "@xyflow/react";

import { COLUMN_INDENT, type Area } from "./sizes.ts";

/** What is drawn, and where its middle is. */
export interface EdgePath {
  readonly path: string;
  readonly x: number;
  readonly y: number;
}

/** Below the upper edge of a card of a column an edge comes in from the left. */
const ENTRY = 19;
const CORNER = 8;

/**
 * From the bottom of one card to the top of the other. To the cards of a column an edge runs down along their left side: behind
 * them each would seem to follow from the one above it.
 */
export function edgePath(from: Area, to: Area): EdgePath {
  return isInColumn(from, to) ? alongColumn(from, to) : betweenSides(from, to);
}

/** Whether a layout put the one into a column below the other. */
function isInColumn(from: Area, to: Area): boolean {
  const aside = middle(to) - middle(from);
  return Math.abs(aside - COLUMN_INDENT) <= 1 && to.y > from.y + from.height;
}

const middle = ({ x, width }: Area) => x + width / 2;

function alongColumn(from: Area, to: Area): EdgePath {
  const x = Math.min(from.x + COLUMN_INDENT / 2, to.x - CORNER);
  const [top, entry] = [from.y + from.height, to.y + ENTRY];
  const corner = Math.min(CORNER, to.x - x);
  const path = `M${x},${top} V${entry - corner} Q${x},${entry} ${x + corner},${entry} H${to.x}`;
  return { path, x, y: (top + entry) / 2 };
}

function betweenSides(from: Area, to: Area): EdgePath {
  const [path, x, y] = getBezierPath({
    sourceX: middle(from),
    sourceY: from.y + from.height,
    sourcePosition: Position.Bottom,
    targetX: middle(to),
    targetY: to.y,
    targetPosition: Position.Top,
  });
  return { path, x, y };
}
