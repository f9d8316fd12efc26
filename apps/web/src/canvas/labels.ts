import { overlaps, type Area, type Box } from "../project/sizes.ts";

/** The name of a card that is too small to hold it, as on a map: over what is around, where no other name stands. */
export interface Label extends Area {
  readonly id: string;
}

export interface Named extends Box {
  readonly title: string;
  /** Where two names do not fit, the one that more rests on is shown. */
  readonly weight: number;
}

/** In pixels of the screen. */
const LETTER_WIDTH = 7.6;
const LABEL_HEIGHT = 16;
const LABEL_WIDTH_MAX = 150;
const PADDING = 8;

/** The names that can be read when the canvas is seen at this scale, the most important first. */
export function labelsOf(cards: readonly Named[], scale: number): readonly Label[] {
  const shown = new Rows(LABEL_HEIGHT * scale);
  return cards
    .toSorted((one, other) => other.weight - one.weight)
    .flatMap(({ id, x, y, title }): Label[] => {
      if (title === "") return [];
      const own = Math.min(LABEL_WIDTH_MAX, title.length * LETTER_WIDTH + PADDING) * scale;
      const label = { id, x, y, width: own, height: LABEL_HEIGHT * scale };
      return shown.add(label) ? [label] : [];
    });
}

/** Areas by the rows that they lie in, so that only what is near is compared. */
class Rows {
  readonly #height: number;
  readonly #rows = new Map<number, Area[]>();

  constructor(height: number) {
    this.#height = height;
  }

  /** Nothing happens where something is already. */
  add(area: Area): boolean {
    const first = Math.floor(area.y / this.#height);
    const near = [first - 1, first, first + 1].flatMap((row) => this.#rows.get(row) ?? []);
    if (near.some((other) => overlaps(area, other))) return false;
    this.#rows.set(first, [...(this.#rows.get(first) ?? []), area]);
    return true;
  }
}
