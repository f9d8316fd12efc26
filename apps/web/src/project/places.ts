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

interface Place {
  readonly x: number;
  readonly y: number;
}
type Size = Pick<Box, "width" | "height">;

const CARD: Size = { width: CARD_WIDTH, height: CARD_HEIGHT };
/** In a thicket that is larger than this, its right edge is soon enough found. */
const TRIES_MAX = 500;

/** The place nearest to a wanted one, in any direction, at which something new covers no card. */
export function freePlace(wanted: Place, boxes: readonly Box[], size: Size = CARD): Place {
  const away = ({ x, y }: Place) => Math.hypot(x - wanted.x, y - wanted.y);
  const places: Place[] = [wanted];
  const seen = new Set<string>();
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const nearest = places.reduce((best, place) => (away(place) < away(best) ? place : best), places[0] ?? wanted);
    const taken = { ...nearest, ...size };
    const inTheWay = boxes.find((box) => overlaps(taken, box));
    if (inTheWay === undefined) return nearest;
    places.splice(places.indexOf(nearest), 1);
    for (const place of besides(inTheWay, nearest, size)) {
      const key = `${place.x} ${place.y}`;
      if (!seen.has(key)) places.push(place);
      seen.add(key);
    }
  }
  return { x: Math.max(...boxes.map(({ x, width }) => x + width)) + GAP / 2, y: wanted.y };
}

/** Just next to a box: to its right, its left, below and above. */
function besides(box: Box, { x, y }: Place, { width, height }: Size): Place[] {
  const gap = GAP / 2;
  return [
    { x: box.x + box.width + gap, y },
    { x: box.x - gap - width, y },
    { x, y: box.y + box.height + gap },
    { x, y: box.y - gap - height },
  ];
}

function overlaps(one: Omit<Box, "id">, box: Box): boolean {
  const isBeside = one.x + one.width <= box.x || box.x + box.width <= one.x;
  const isApart = one.y + one.height <= box.y || box.y + box.height <= one.y;
  return !isBeside && !isApart;
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
export function expectedHeight({
  prompt,
  response,
}: {
  readonly prompt: string;
  readonly response: string | null;
}): number {
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

interface Written {
  readonly position: Place;
  readonly prompt: string;
  readonly response?: string | null;
}

/** As high as a card becomes by its answer. */
const answered = ({ prompt, response }: Pick<Written, "prompt" | "response">): number =>
  expectedHeight({ prompt, response: response ?? "" }) + (response == null ? ANSWER_HEIGHT_MAX : 0);

const boxOf = ({ position, prompt, response }: Written, id = ""): Box => ({
  id,
  ...position,
  width: CARD_WIDTH,
  height: answered({ prompt, response: response ?? null }),
});

/**
 * A free place for a question, near another node: below the one that it follows, or beside the one that it is another
 * wording of. There is room for the answers that are still to come.
 */
export function placeNear(
  nodes: Iterable<Written>,
  near: { readonly below: Written } | { readonly beside: Written } | null,
  prompt: string,
): Place {
  const boxes = Array.from(nodes, (node) => boxOf(node));
  const size = { width: CARD_WIDTH, height: answered({ prompt, response: null }) };
  if (near === null) return freePlace({ x: 0, y: 0 }, boxes, size);
  if ("beside" in near) {
    const { x, y } = near.beside.position;
    return freePlace({ x: x + CARD_WIDTH + GAP, y }, boxes, size);
  }
  const { x, y, height } = boxOf(near.below);
  return freePlace({ x, y: y + height + GAP }, boxes, size);
}

/** Everything that these nodes take up, about. */
export function boundsOf(nodes: Iterable<Written>): Omit<Box, "id"> {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { position, prompt, response = null } of nodes) {
    left = Math.min(left, position.x);
    top = Math.min(top, position.y);
    right = Math.max(right, position.x + CARD_WIDTH);
    bottom = Math.max(bottom, position.y + expectedHeight({ prompt, response }));
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}
