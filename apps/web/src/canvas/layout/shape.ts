import type { Box, Size } from "../../project/sizes.ts";

/** What is laid out: boxes where they stand now, and the edges between them. */
export interface Sheet {
  readonly boxes: readonly Box[];
  readonly edges: readonly Edge[];
}

export interface Edge {
  readonly sourceId: string;
  readonly targetId: string;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Boxes that were put together: how large they are as a whole, and where each stands in it. */
export interface Block extends Size {
  readonly places: ReadonlyMap<string, Point>;
}

/** How far cards stand apart, and the shape of the screen on which all of them are to be read. */
export interface Spacing {
  readonly beside: number;
  readonly below: number;
  /** So many cards of a row are not wrapped: in a second one a card would seem to follow from the one above it. */
  readonly rowMin: number;
  /** How much farther below other cards stands what wraps: it does not follow from them. */
  readonly aside: number;
  /** Whether what wraps stays in its order, but for cards that nothing follows from; it takes less room otherwise. */
  readonly isOrdered: boolean;
  readonly screen: Size;
}

/** As people see them: by rows, and in a row from left to right. */
export const inReadingOrder = (one: Point, other: Point): number => one.y - other.y || one.x - other.x;

/** The larger, the better it can be read when all of it is in sight. */
export const fitZoom = ({ width, height }: Size, screen: Size): number =>
  Math.min(screen.width / Math.max(1, width), screen.height / Math.max(1, height));

export function best<T extends Size>(screen: Size, first: T, ...others: readonly T[]): T {
  return others.reduce((chosen, one) => (fitZoom(one, screen) > fitZoom(chosen, screen) ? one : chosen), first);
}

export function groupBy<T>(all: Iterable<T>, key: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(key(one));
    if (group === undefined) groups.set(key(one), [one]);
    else group.push(one);
  }
  return groups;
}
