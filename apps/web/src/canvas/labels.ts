import { overlaps, type Area, type Box, type Size } from "../project/sizes.ts";

/** The name of a card that is too small to hold it, as on a map: over what is around, where no other name stands. */
export interface Label extends Area {
  readonly id: string;
  readonly lines: number;
  /** How many cards are under this one and not named themselves: there is no room, or they are folded away. */
  readonly under: number;
}

export interface Named extends Box {
  readonly title: string;
  /** Where two names do not fit, the one that more rests on is shown. */
  readonly weight: number;
  readonly parents: readonly string[];
  /** How many cards are folded away under it. */
  readonly folded: number;
}

/** In pixels of the screen. */
const LETTER_WIDTH = 6.9;
const LINE_HEIGHT = 13.2;
const PADDING = 6;
const MARK_WIDTH = 14;
/** Where everything is in sight, so much of the screen is left beyond the last cards (viewport.ts). */
const BEYOND = 36;

interface Shape {
  readonly width: number;
  readonly lines: number;
}

/** Less than these holds too few letters to be read as a name: such a card is rather counted. */
const SMALL: Shape = { width: 62, lines: 2 };
const SMALLEST: readonly Shape[] = [SMALL, { width: 92, lines: 1 }];
/** What a layout leaves for each card at the least, so that all have a name, and these do not touch. */
export const ROOM_MIN: Size = { width: SMALL.width + 4, height: SMALL.lines * LINE_HEIGHT + 2 };
/** How wide a name may be, what is wanted most first; none hides the map. */
const WIDTHS = [92, 150, 62, 70, 78, 86];
const LINES = [1, 2, 3];
const SHAPES: readonly Shape[] = LINES.flatMap((lines) =>
  WIDTHS.filter((width) => width > 90 || lines > 1).map((width) => ({ width, lines })),
);

/**
 * The names that can be read when the canvas is seen at this scale, the most important first; then names take the room that
 * is left. The other cards are counted at what they follow from.
 */
export function labelsOf(cards: readonly Named[], scale: number): readonly Label[] {
  const named = cards.filter(({ title }) => title !== "").toSorted((one, other) => other.weight - one.weight);
  const taken = new Rows(LINE_HEIGHT * scale);
  const end = Math.max(...cards.map(({ x, width }) => x + width)) + BEYOND * scale;
  const first = named.flatMap((card) => {
    const areas = SMALLEST.map((shape) => ({ card, shape, area: areaOf(card, shape, 0, scale) }));
    const free = areas.find(({ area }) => taken.isFree(area));
    if (free !== undefined) taken.put(free.area);
    return free ?? [];
  });
  const under = countsUnder(cards, new Set(first.map(({ card }) => card.id)));
  return first.map(({ card, shape, area }): Label => {
    const count = under.get(card.id) ?? 0;
    taken.remove(area);
    const fitting = SHAPES.filter((each) => {
      const wider = areaOf(card, each, count, scale);
      return wider.x + wider.width <= Math.max(end, area.x + area.width) && taken.isFree(wider);
    });
    // A name that is whole needs no more room; of those that are cut the largest says most.
    const chosen = fitting.find((each) => holds(each, card.title, count)) ?? largest(fitting, shape);
    const grown = chosen === shape ? area : areaOf(card, chosen, count, scale);
    taken.put(grown);
    return { ...grown, id: card.id, lines: chosen.lines, under: count };
  });
}

const largest = (shapes: readonly Shape[], least: Shape): Shape =>
  shapes.reduce((one, other) => (other.width * other.lines > one.width * one.lines ? other : one), least);
const lettersOf = ({ width }: Shape) => Math.floor((width - PADDING) / LETTER_WIDTH);
const markWidth = (count: number) => (count === 0 ? 0 : MARK_WIDTH + LETTER_WIDTH * String(count).length);

/** Words are not cut where a line ends, so that some of each line is lost. */
const holds = (shape: Shape, title: string, count: number) =>
  title.length + markWidth(count) / LETTER_WIDTH <= lettersOf(shape) * shape.lines - 3 * (shape.lines - 1);

function areaOf({ id, x, y, title }: Named, { width, lines }: Shape, count: number, scale: number): Box {
  const whole = title.length * LETTER_WIDTH + PADDING + markWidth(count);
  const across = lines === 1 ? Math.min(width, whole) : width;
  return { id, x, y, width: across * scale, height: lines * LINE_HEIGHT * scale };
}

/** How many cards each name stands for besides its own: those without one count at the nearest above that has one. */
function countsUnder(cards: readonly Named[], shown: ReadonlySet<string>): ReadonlyMap<string, number> {
  const byId = new Map(cards.map((card) => [card.id, card]));
  const named = cards.filter(({ id }) => shown.has(id));
  const counts = new Map<string, number>();
  for (const card of cards) {
    const own = shown.has(card.id) ? 0 : 1;
    const count = own + card.folded;
    if (count === 0) continue;
    const at = own === 0 ? card.id : (namedAbove(card, byId, shown) ?? nearest(card, named));
    if (at !== undefined) counts.set(at, (counts.get(at) ?? 0) + count);
  }
  return counts;
}

function namedAbove(card: Named, byId: ReadonlyMap<string, Named>, shown: ReadonlySet<string>): string | undefined {
  const seen = new Set(card.parents);
  // A set that grows is walked to its end.
  for (const id of seen) {
    if (shown.has(id)) return id;
    for (const parent of byId.get(id)?.parents ?? []) seen.add(parent);
  }
  return undefined;
}

function nearest(card: Named, named: readonly Named[]): string | undefined {
  let [found, least] = [undefined as string | undefined, Infinity];
  for (const { id, x, y } of named) {
    const distance = (x - card.x) ** 2 + (y - card.y) ** 2;
    if (distance < least) [found, least] = [id, distance];
  }
  return found;
}

/** Areas by the rows that they lie in, so that only what is near is compared. */
class Rows {
  readonly #height: number;
  readonly #rows = new Map<number, Box[]>();

  constructor(height: number) {
    this.#height = height;
  }

  isFree(area: Box): boolean {
    return this.#over(area).every((row) => !(this.#rows.get(row) ?? []).some((other) => overlaps(area, other)));
  }

  put(area: Box): void {
    for (const row of this.#over(area)) this.#rows.set(row, [...(this.#rows.get(row) ?? []), area]);
  }

  remove({ id, ...area }: Box): void {
    for (const row of this.#over(area))
      this.#rows.set(
        row,
        (this.#rows.get(row) ?? []).filter((other) => other.id !== id),
      );
  }

  #over({ y, height }: Area): readonly number[] {
    const first = Math.floor(y / this.#height);
    const last = Math.floor((y + height) / this.#height);
    return Array.from({ length: last - first + 1 }, (_, place) => first + place);
  }
}
