import { COLUMN_INDENT, type Box, type Size } from "../../project/sizes.ts";
import { Lanes, windows } from "./lanes.ts";
import { best, groupBy, inReadingOrder, type Block, type Edge, type Point, type Sheet, type Spacing } from "./shape.ts";

/** Cards stand in lanes, half as wide as most of them, so that a card can stand above the middle of two others. */
const LANES_PER_CARD = 2;
/** How many cards wide everything that follows from a card may be: all of these are tried. */
const WIDTHS = [1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 10, 12, 14, 16, 18, 20, 23, 26, 30, 35, 40, 50, 65];
/** Of a tree of more cards than this fewer widths are tried, so that it does not take many times longer. */
const CARDS_MANY = 400;
const WIDTHS_OF_MANY = [1, 2, 3, 5, 8, 12, 18, 26, 40, 65];
/** So many rows of what hangs side by side are tried. */
const ROWS = [0.8, 1, 1.5, 2, 3, 4, 6];
/** Columns stand in columns, and do not come nearer than this to what stands beside them. */
export const INDENT_MAX = 2 * COLUMN_INDENT;
/** What is a lane narrower may be so much higher. */
const LANE_COST = 4;
const TOO_WIDE_COST = 1_000;
/** Widths that come from divisions are as good as whole. */
const ROUNDING = 1e-9;

/**
 * A tree from the top down. What follows from a card stands below it, as close as it can and in the order in which it
 * stands now; what is wider than the screen wraps, from a number of cards on. For every card, from the last ones up, the
 * lowest way is found for each of several widths: the root has the one that can be read best.
 */
export function tree(sheet: Sheet, root: string, spacing: Spacing): Block {
  const { boxes, children } = familyOf(sheet);
  const order = [root];
  for (const id of order) order.push(...children(id).map((child) => child.id));
  const widths = sheet.boxes.map(({ width }) => width).toSorted((one, other) => one - other);
  const lane = ((widths[widths.length >> 1] ?? 0) + spacing.beside) / LANES_PER_CARD;
  const tried = sheet.boxes.length > CARDS_MANY ? WIDTHS_OF_MANY : WIDTHS;
  const lanesTried = [...new Set(tried.map((cards) => Math.max(cards, spacing.rowMin) * LANES_PER_CARD))];
  const ways = new Map<string, readonly Below[]>();
  const wholes = new Map<string, number>();
  // Without recursion: a conversation may be longer than a call stack.
  for (const id of order.toReversed()) {
    const cards = children(id).map((box): Card => {
      const card = cardOf(box, lane, spacing);
      return { ...card, whole: Math.max(card.lanes, wholes.get(box.id) ?? 0), ways: ways.get(box.id) ?? [] };
    });
    if (cards.length === 0) continue;
    wholes.set(
      id,
      cards.reduce((sum, { whole }) => sum + whole, 0),
    );
    ways.set(id, waysBelow(cards, lanesTried, spacing.isOrdered));
  }
  const box = boxes.get(root);
  if (box === undefined) throw new Error("a tree has a root");
  return drawn(box, ways.get(root) ?? [], children, lane, spacing);
}

interface Family {
  readonly boxes: ReadonlyMap<string, Box>;
  readonly children: (id: string) => readonly Box[];
}

function familyOf({ boxes, edges }: Sheet): Family {
  const byId = new Map(boxes.map((box) => [box.id, box]));
  const rows = groupBy(edges, ({ sourceId }) => sourceId);
  const children = new Map(
    Array.from(rows, ([id, row]) => [
      id,
      row.flatMap(({ targetId }) => byId.get(targetId) ?? []).sort((one, other) => one.x - other.x || one.y - other.y),
    ]),
  );
  return { boxes: byId, children: (id) => children.get(id) ?? [] };
}

/** A card with the room around it, and the ways in which what follows from it can stand: none for the last of a branch. */
interface Card {
  readonly lanes: number;
  readonly height: number;
  /** How far below its upper edge what follows from it may stand, and other cards. */
  readonly step: number;
  readonly otherStep: number;
  /** How many lanes it takes with everything that follows from it where nothing wraps. */
  readonly whole: number;
  readonly ways: readonly Below[];
}

/** Everything that follows from a card: where each part of it stands, and how far down each lane is taken. */
interface Below {
  readonly lanes: number;
  readonly height: number;
  readonly taken: Float64Array;
  readonly parts: readonly Part[];
  /** Whether several cards stand below each other, so that each would seem to follow from the one above it. */
  readonly isColumn: boolean;
}

interface Part {
  readonly card: Spot;
  readonly below: (Spot & { readonly way: Below }) | null;
}

interface Spot {
  readonly lane: number;
  readonly y: number;
}

function cardOf(
  { width, height }: Size,
  lane: number,
  { beside, below, aside }: Spacing,
): Omit<Card, "whole" | "ways"> {
  // Sums of whole numbers are exact: what is taken up to somewhere is free from there on.
  const rounded = Math.ceil(height);
  const step = rounded + below;
  return {
    lanes: Math.max(1, Math.ceil((width + beside) / lane - ROUNDING)),
    height: rounded,
    step,
    otherStep: step + aside,
  };
}

/** The lowest for each width, in their order, up to where nothing wraps. */
function waysBelow(cards: readonly Card[], widths: readonly number[], isOrdered: boolean): readonly Below[] {
  const whole = cards.reduce((sum, card) => sum + card.whole, 0);
  const narrower = widths.filter((lanes) => lanes < whole);
  const ways: Below[] = [];
  for (const lanes of widths.slice(0, narrower.length + 1)) {
    const tried = choices(cards, ways.length, lanes).flatMap((chosen) =>
      orders(cards, chosen, lanes, isOrdered).map((order) => packed(cards, chosen, order, lanes)),
    );
    const cost = (way: Below) => costOf(way, lanes);
    const last = ways.at(-1) ?? tried[0];
    if (last !== undefined) ways.push(tried.reduce((one, other) => (cost(other) < cost(one) ? other : one), last));
  }
  return ways;
}

/** Of what is equally high the narrower; what is wider than it may be only where nothing else is there. */
const costOf = ({ lanes, height }: Below, lanesMax: number): number =>
  height + lanes * LANE_COST + Math.max(0, lanes - lanesMax) * TOO_WIDE_COST;

/** The way that each card of a row may have: all equally wide, or all so high that they fill so many rows. */
function choices(cards: readonly Card[], widest: number, lanesMax: number): readonly (readonly (Below | null)[])[] {
  const options = cards.map(({ ways }) => ways.slice(0, widest + 1));
  const widths = [widest, widest - 1, widest - 2, widest >> 1, widest >> 2, 0].filter((which) => which >= 0);
  const all = [
    ...widths.map((which) => options.map((ways) => ways[which] ?? ways.at(-1) ?? null)),
    ...filling(cards, options, lanesMax),
  ];
  return all.filter((one, at) => !all.slice(0, at).some((other) => other.every((way, card) => way === one[card])));
}

/** All as high as they have to be at the least to stand in so many rows. */
function filling(
  cards: readonly Card[],
  options: readonly (readonly Below[])[],
  lanesMax: number,
): readonly (readonly (Below | null)[])[] {
  const heights = cards.flatMap(({ step }, at) => (options[at] ?? []).map(({ height }) => step + height));
  heights.sort((one, other) => one - other);
  const within = (height: number) =>
    cards.map(({ step }, at) => {
      const ways = options[at] ?? [];
      return ways.find((way) => step + way.height <= height) ?? ways.at(-1) ?? null;
    });
  const lanesOf = (chosen: readonly (Below | null)[]) =>
    cards.reduce((sum, { lanes }, at) => sum + Math.max(lanes, chosen[at]?.lanes ?? 0), 0);
  return ROWS.flatMap((rows) => {
    let [low, high] = [0, heights.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (lanesOf(within(heights[middle] ?? 0)) <= rows * lanesMax) high = middle;
      else low = middle + 1;
    }
    const height = heights[low];
    return height === undefined ? [] : [within(height)];
  });
}

/** As they stand where all fit beside each other; where they wrap, also with the last ones first, or by their height. */
function orders(
  cards: readonly Card[],
  chosen: readonly (Below | null)[],
  lanesMax: number,
  isOrdered: boolean,
): readonly (readonly number[])[] {
  const asTheyStand = [...cards.keys()];
  const whole = cards.reduce((sum, { lanes }, at) => sum + Math.max(lanes, chosen[at]?.lanes ?? 0), 0);
  if (whole <= lanesMax) return [asTheyStand];
  const heights = cards.map(({ height, step }, at) => {
    const below = chosen[at];
    return below == null ? height : step + below.height;
  });
  const by = (rank: (at: number) => number) => asTheyStand.toSorted((one, other) => rank(one) - rank(other));
  if (isOrdered) return [asTheyStand, by((at) => (chosen[at] == null ? 0 : 1))];
  return [asTheyStand, by((at) => heights[at] ?? 0), by((at) => -(heights[at] ?? 0))];
}

/** Each where it is highest up, one after the other. */
function packed(
  cards: readonly Card[],
  chosen: readonly (Below | null)[],
  order: readonly number[],
  lanesMax: number,
): Below {
  const count = cards.reduce((most, card, at) => Math.max(most, card.lanes, chosen[at]?.lanes ?? 0), lanesMax);
  const lanes = new Lanes(count);
  const parts = new Array<Part>(cards.length);
  let [used, height] = [0, 0];
  for (const at of order) {
    const card = cards[at];
    if (card === undefined) continue;
    const part = placed(card, chosen[at] ?? null, lanes);
    parts[at] = part;
    used = Math.max(used, part.card.lane + card.lanes);
    height = Math.max(height, part.card.y + card.height);
    if (part.below === null) continue;
    used = Math.max(used, part.below.lane + part.below.way.lanes);
    height = Math.max(height, part.below.y + part.below.way.height);
  }
  const isColumn = cards.length > 1 && parts.every(({ card }) => card.lane === parts[0]?.card.lane);
  return { lanes: used, height, taken: lanes.taken(used), parts, isColumn };
}

function placed(card: Card, below: Below | null, lanes: Lanes): Part {
  const own = lanes.free(card.lanes);
  if (below === null) {
    const lane = lowest(own);
    const y = own[lane] ?? 0;
    lanes.take(lane, card.lanes, y + card.otherStep);
    return { card: { lane, y }, below: null };
  }
  const span = Math.max(card.lanes, below.lanes);
  // What follows may begin where all of its lanes are free, and below the card, which stands over any of them.
  const over = windows(own, span - card.lanes + 1, Math.min);
  const tops = lanes.free(span).map((free, lane) => Math.max(free, (over[lane] ?? 0) + card.step));
  const from = lowest(tops);
  const top = tops[from] ?? 0;
  const lane = nearest(own.subarray(from, from + span - card.lanes + 1), top - card.step) + from;
  lanes.take(lane, card.lanes, top);
  const left = from + Math.floor((span - below.lanes) / 2);
  below.taken.forEach((until, at) => lanes.take(left + at, 1, top + until));
  return { card: { lane, y: top - card.step }, below: { lane: left, y: top, way: below } };
}

/** The first of the lowest. */
const lowest = (of: Float64Array): number => of.reduce((found, each, at) => (each < (of[found] ?? 0) ? at : found), 0);

/** Which of those that are free by then is nearest to the middle. */
function nearest(free: Float64Array, by: number): number {
  const middle = (free.length - 1) / 2;
  return free.reduce((found, each, at) => {
    const isNearer = Math.abs(at - middle) < Math.abs(found - middle);
    return each <= by && (isNearer || (free[found] ?? 0) > by) ? at : found;
  }, 0);
}

/** The root above the middle of what follows from it. */
function drawn(
  root: Box,
  ways: readonly Below[],
  children: Family["children"],
  lane: number,
  { beside, below, screen }: Spacing,
): Block {
  const sizes = ways.map((way) => ({
    way,
    width: Math.max(root.width, way.lanes * lane - beside),
    height: Math.ceil(root.height) + below + way.height,
  }));
  const [first, ...others] = sizes;
  const places = new Map<string, Point>();
  if (first === undefined)
    return { width: root.width, height: root.height, places: places.set(root.id, { x: 0, y: 0 }) };
  const { way, width, height } = best(screen, first, ...others);
  places.set(root.id, { x: (width - root.width) / 2, y: 0 });
  const open = [
    { id: root.id, way, indent: 0, x: (width - way.lanes * lane + beside) / 2, y: Math.ceil(root.height) + below },
  ];
  for (const { id, way, x, y, ...above } of open) {
    const indent = way.isColumn ? Math.min(above.indent + COLUMN_INDENT, INDENT_MAX, beside / 2) : above.indent;
    children(id).forEach((child, at) => {
      const part = way.parts[at];
      if (part === undefined) return;
      const room = Math.ceil((child.width + beside) / lane - ROUNDING) * lane - beside - child.width;
      places.set(child.id, { x: x + part.card.lane * lane + room / 2 + indent, y: y + part.card.y });
      if (part.below === null) return;
      open.push({ id: child.id, way: part.below.way, indent, x: x + part.below.lane * lane, y: y + part.below.y });
    });
  }
  return { width, height, places };
}

/** Of every card at most one parent: the deepest, since what follows stands below all of its parents then. */
export function spanning({ boxes, edges }: Sheet, depths: ReadonlyMap<string, number>): readonly Edge[] {
  const order = new Map(boxes.toSorted(inReadingOrder).map(({ id }, at) => [id, at]));
  const depth = ({ sourceId }: Edge) => depths.get(sourceId) ?? 0;
  const place = ({ sourceId }: Edge) => order.get(sourceId) ?? 0;
  return Array.from(
    groupBy(edges, ({ targetId }) => targetId).values(),
    (into) => into.toSorted((one, other) => depth(other) - depth(one) || place(one) - place(other))[0],
  ).filter((edge) => edge !== undefined);
}
