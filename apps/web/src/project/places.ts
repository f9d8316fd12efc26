import type { NodeView } from "../sync/index.ts";
import { isFrame } from "./kinds.ts";
import { answeredSize, boxOf, overlaps, type Area, type Box, type Size, type Sized } from "./sizes.ts";

/** Between cards that are placed by the program. */
export const GAP = 72;

export interface Place {
  readonly x: number;
  readonly y: number;
}

/** In a thicket that is larger than this, its right edge is soon enough found. */
const TRIES_MAX = 500;

/** The place nearest to a wanted one, in any direction, at which something new covers no card. */
export function freePlace(wanted: Place, boxes: readonly Area[], size: Size): Place {
  const away = ({ x, y }: Place) => Math.hypot(x - wanted.x, y - wanted.y);
  const places: Place[] = [wanted];
  const seen = new Set<string>();
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const nearest = places.reduce((best, place) => (away(place) < away(best) ? place : best), places[0] ?? wanted);
    const taken = { ...size, ...nearest };
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
function besides(box: Area, { x, y }: Place, { width, height }: Size): Place[] {
  const gap = GAP / 2;
  return [
    { x: box.x + box.width + gap, y },
    { x: box.x - gap - width, y },
    { x, y: box.y + box.height + gap },
    { x, y: box.y - gap - height },
  ];
}

/** The first place at this height, from here to the right, at which something new covers no card. */
export function freeToTheRight(wanted: Place, boxes: readonly Area[], size: Size): Place {
  let { x } = wanted;
  const row = boxes
    .filter((box) => overlaps({ ...box, y: wanted.y, height: size.height }, box))
    .toSorted((one, other) => one.x - other.x);
  for (const box of row) if (overlaps({ ...size, x, y: wanted.y }, box)) x = box.x + box.width + GAP / 2;
  return { x, y: wanted.y };
}

/** Where a new question belongs: below what it follows, or beside what it is another wording of. */
export type Near = { readonly below: NodeView; readonly children: readonly NodeView[] } | { readonly beside: NodeView };

/** A free place for a question; siblings stand side by side in their order. There is room for the answer to come. */
export function placeNear(nodes: Iterable<NodeView>, near: Near | null, question: Sized): Place {
  const boxes = cardsOf(nodes);
  const size = answeredSize(question);
  if (near === null) return freePlace({ x: 0, y: 0 }, boxes, size);
  if ("beside" in near) {
    const { x, y, width } = boxOf(near.beside);
    return freeToTheRight({ x: x + width + GAP / 2, y }, boxes, size);
  }
  const above = boxOf(near.below);
  const below = { x: above.x, y: above.y + above.height + GAP };
  const last = near.children
    .map(boxOf)
    .filter(({ y }) => y >= above.y + above.height)
    .toSorted((one, other) => one.x - other.x)
    .at(-1);
  const wanted = last === undefined ? below : { x: last.x + last.width + GAP / 2, y: last.y };
  return freeToTheRight(wanted, boxes, size);
}

/** What nothing new may cover: frames hold what stands on them. */
export const cardsOf = (nodes: Iterable<NodeView>): Box[] =>
  Array.from(nodes)
    .filter((node) => !isFrame(node))
    .map(boxOf);

/** A card before and after it became larger. */
export interface Grown {
  readonly before: Box;
  readonly after: Box;
}

/** A card is moved so often at most; what is then still covered was a heap before. */
const PUSHES_PER_CARD_MAX = 8;

/**
 * Where cards go that something has grown over: down, and so do those that they would cover further down. What was
 * covered before stays as its people put it.
 */
export function pushed(cards: readonly Box[], grown: readonly Grown[]): readonly Box[] {
  const now = new Map(cards.map((box) => [box.id, box]));
  for (const { after } of grown) if (now.has(after.id)) now.set(after.id, after);
  const moved = new Set<string>();
  // From top to bottom, so that a card is moved once in most cases.
  const waiting = grown.map(({ before, after }) => ({ before, id: after.id }));
  for (let left = cards.length * PUSHES_PER_CARD_MAX; left > 0; left -= 1) {
    const { before, after } = takeTopmost(waiting, now) ?? {};
    if (before === undefined || after === undefined) break;
    for (const box of now.values()) {
      if (box.id === after.id || !overlaps(after, box) || overlaps(before, box)) continue;
      now.set(box.id, { ...box, y: after.y + after.height + GAP / 2 });
      moved.add(box.id);
      waiting.push({ before: box, id: box.id });
    }
  }
  return [...moved].flatMap((id) => now.get(id) ?? []);
}

function takeTopmost(waiting: { before: Box; id: string }[], now: ReadonlyMap<string, Box>): Grown | undefined {
  const topOf = ({ id }: { id: string }) => now.get(id)?.y ?? Infinity;
  const [first] = waiting.toSorted((one, other) => topOf(one) - topOf(other));
  const after = first && now.get(first.id);
  if (first === undefined || after === undefined) return undefined;
  waiting.splice(waiting.indexOf(first), 1);
  return { before: first.before, after };
}
