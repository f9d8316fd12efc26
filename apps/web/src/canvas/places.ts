/** Where cards are, in the canvas' own measure. */
export interface Box {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The width of every card, and the height of one that has not been drawn yet. */
export const CARD_WIDTH = 340;
export const CARD_HEIGHT = 120;
/** Between cards that are placed by the program. */
export const GAP = 72;

const TRIES_MAX = 50;

/** The first place to the right of a wanted one at which a new card covers no other. */
export function freePlace(wanted: { x: number; y: number }, boxes: readonly Box[]): { x: number; y: number } {
  let place = wanted;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const inTheWay = boxes.find((box) => overlaps(place, box));
    if (inTheWay === undefined) return place;
    place = { x: inTheWay.x + inTheWay.width + GAP / 2, y: place.y };
  }
  return place;
}

function overlaps({ x, y }: { x: number; y: number }, box: Box): boolean {
  const besides = x + CARD_WIDTH <= box.x || box.x + box.width <= x;
  const apart = y + CARD_HEIGHT <= box.y || box.y + box.height <= y;
  return !besides && !apart;
}
