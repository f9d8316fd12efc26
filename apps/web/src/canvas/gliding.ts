import type { CardNode } from "./use-flow.ts";
import { glide } from "./sight.ts";

const GLIDE_MS = 220;
/** More than this would not move smoothly, and is put where it goes at once. */
const CARDS_MAX = 400;

interface Way {
  readonly from: Point;
  readonly to: Point;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

type Update = (cards: (before: CardNode[]) => CardNode[]) => void;

/** Cards that others, or a layout, put elsewhere glide there, so that one sees what became of them. */
export class Gliding {
  readonly #update: Update;
  #ways: ReadonlyMap<string, Way> = new Map();
  #began = 0;
  #frame = 0;

  constructor(update: Update) {
    this.#update = update;
  }

  /** The cards as they are drawn first on their way from where they were to where they belong. */
  start(before: readonly CardNode[], after: CardNode[]): CardNode[] {
    if (glide(GLIDE_MS) === 0) return after;
    const ways = waysBetween(before, after);
    if (ways.size === 0 || ways.size > CARDS_MAX) return after;
    this.#ways = ways;
    this.#began = performance.now();
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(this.#step);
    return placed(after, ways, 0);
  }

  stop(): void {
    cancelAnimationFrame(this.#frame);
  }

  readonly #step = (): void => {
    const part = Math.min(1, (performance.now() - this.#began) / GLIDE_MS);
    this.#update((cards) => placed(cards, this.#ways, part));
    if (part < 1) this.#frame = requestAnimationFrame(this.#step);
    else this.#ways = new Map();
  };
}

function waysBetween(before: readonly CardNode[], after: readonly CardNode[]): ReadonlyMap<string, Way> {
  const old = new Map(before.map(({ id, position }) => [id, position]));
  return new Map(
    after.flatMap(({ id, position, hidden, dragging }): [string, Way][] => {
      const from = old.get(id);
      const stays = from === undefined || (from.x === position.x && from.y === position.y);
      return stays || hidden === true || dragging === true ? [] : [[id, { from, to: position }]];
    }),
  );
}

/** Fast at first, and slow where it arrives. */
const eased = (part: number): number => 1 - (1 - part) ** 3;

function placed(cards: CardNode[], ways: ReadonlyMap<string, Way>, part: number): CardNode[] {
  const share = eased(part);
  return cards.map((card) => {
    const way = ways.get(card.id);
    // Whoever takes hold of a card has it.
    if (way === undefined || card.dragging === true) return card;
    const { from, to } = way;
    const position = part === 1 ? to : { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
    return { ...card, position };
  });
}
