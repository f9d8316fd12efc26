/** Where cards are, in the canvas' own measure. */
export interface Box {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The width of every card, and the height of a new one. */
export const CARD_WIDTH = 340;
export const CARD_HEIGHT = 120;
/** Below this, nothing but titles can be read or hit, and nothing else is drawn. */
export const NEAR_ZOOM_MIN = 0.35;
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

/** What Card.module.css makes of a text: how much fits on a line, how high a line is, and where it is cut. */
const LETTERS_PER_LINE = 46;
const LINE_HEIGHT = 21;
const PROMPT_HEIGHT_MAX = 192;
const ANSWER_HEIGHT_MAX = 240;
const HEADER_HEIGHT = 36;
const PADDING = 18;
const FOOTER_HEIGHT = 30;
/** More than this cannot be seen on a card. */
const LETTERS_SEEN_MAX = 1_000;

/** About how high a card will be once it is drawn; most cards of a large project never are. */
export function expectedHeight({ prompt, response }: { readonly prompt: string; readonly response: string | null }): number {
  const question = Math.min(PROMPT_HEIGHT_MAX, textHeight(prompt));
  if (response === null) return HEADER_HEIGHT + question;
  return HEADER_HEIGHT + question + Math.min(ANSWER_HEIGHT_MAX, textHeight(response)) + FOOTER_HEIGHT;
}

function textHeight(text: string): number {
  const lines = text
    .slice(0, LETTERS_SEEN_MAX)
    .split("\n")
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / LETTERS_PER_LINE)), 0);
  return PADDING + lines * LINE_HEIGHT;
}
