import type { Box } from "../../project/sizes.ts";
import { best, groupBy, type Block, type Edge, type Sheet, type Spacing } from "./shape.ts";

/** Cards in one row are put in an order, and then to a place, so many times from the top down and from the bottom up. */
const ORDER_SWEEPS = 8;
const PLACE_SWEEPS = 6;
/** Ranks that are wider than so many cards wrap; the width that can be read best is taken. */
const COLUMNS = [6, 9, 13, 19, 28];

/** A mesh: whatever an edge leads to stands lower than where it comes from, near what it is joined to. */
export function layers(sheet: Sheet, depths: ReadonlyMap<string, number>, spacing: Spacing): Block {
  const ranks = ordered(ranksOf(sheet, depths), sheet.edges);
  const widest = Math.max(...ranks.map((rank) => rank.length));
  const widths = [...COLUMNS.filter((columns) => columns < widest), widest];
  const [first, ...others] = widths.map((columns) => placed(wrapped(ranks, columns), sheet.edges, spacing));
  return first === undefined ? { width: 0, height: 0, places: new Map() } : best(spacing.screen, first, ...others);
}

type Row = readonly Box[];

/** By depth; in the order in which they stand now. */
function ranksOf({ boxes }: Sheet, depths: ReadonlyMap<string, number>): Row[] {
  const ranks: Box[][] = [];
  for (const box of boxes) (ranks[depths.get(box.id) ?? 0] ??= []).push(box);
  // No rank is empty: there is a box at every step of the longest way.
  return ranks.map((rank) => rank.toSorted((one, other) => one.x - other.x));
}

/** Each card as near to the middle of what it is joined to as the others let it, so that few edges cross. */
function ordered(ranks: readonly Row[], edges: readonly Edge[]): readonly Row[] {
  const joined = neighbours(edges);
  const rows = [...ranks];
  const places = new Map<string, number>();
  const number = (row: Row) => row.forEach(({ id }, at) => places.set(id, (at + 0.5) / row.length));
  rows.forEach(number);
  for (let sweep = 0; sweep < ORDER_SWEEPS; sweep += 1) {
    const isDown = sweep % 2 === 0;
    const order = rows.map((_, at) => (isDown ? at : rows.length - 1 - at));
    for (const at of order) {
      const row = rows[at] ?? [];
      const wish = new Map(row.map(({ id }) => [id, mean(joined(id, isDown).map((each) => places.get(each) ?? 0))]));
      const sorted = row.toSorted((one, other) => wishOf(wish, places, one) - wishOf(wish, places, other));
      rows[at] = sorted;
      number(sorted);
    }
  }
  return rows;
}

const wishOf = (wish: ReadonlyMap<string, number | null>, places: ReadonlyMap<string, number>, { id }: Box): number =>
  wish.get(id) ?? places.get(id) ?? 0;

function neighbours(edges: readonly Edge[]): (id: string, above: boolean) => readonly string[] {
  const above = groupBy(edges, ({ targetId }) => targetId);
  const below = groupBy(edges, ({ sourceId }) => sourceId);
  return (id, isAbove) =>
    isAbove
      ? (above.get(id) ?? []).map(({ sourceId }) => sourceId)
      : (below.get(id) ?? []).map(({ targetId }) => targetId);
}

const mean = (of: readonly number[]): number | null =>
  of.length === 0 ? null : of.reduce((sum, one) => sum + one, 0) / of.length;

/** Rows of so many cards at most; those of one rank follow each other. */
function wrapped(ranks: readonly Row[], columns: number): Row[] {
  return ranks.flatMap((rank) => {
    const count = Math.ceil(rank.length / columns);
    const length = Math.ceil(rank.length / count);
    return Array.from({ length: count }, (_, at) => rank.slice(at * length, (at + 1) * length));
  });
}

/** Every card below or above the middle of what it is joined to, as far as its neighbours leave room. */
function placed(rows: readonly Row[], edges: readonly Edge[], { beside, below }: Spacing): Block {
  const joined = neighbours(edges);
  const middles = new Map<string, number>();
  for (const row of rows)
    align(
      row,
      row.map(() => 0),
      beside,
      middles,
    );
  for (let sweep = 0; sweep < PLACE_SWEEPS; sweep += 1) {
    const isDown = sweep % 2 === 0;
    for (const row of isDown ? rows : rows.toReversed()) {
      const wishes = row.map(
        ({ id }) => mean(joined(id, isDown).map((each) => middles.get(each) ?? 0)) ?? middles.get(id) ?? 0,
      );
      align(row, wishes, beside, middles);
    }
  }
  return block(rows, middles, below);
}

/** A run of neighbours that stand as close as they may, and where its first one would like to begin. */
interface Run {
  wish: number;
  count: number;
}

/**
 * Gives each card of a row its wish where that keeps the order and the gaps, and the mean of the wishes where
 * several cannot have theirs: the least that all together have to give up.
 */
function align(row: Row, wishes: readonly number[], gap: number, middles: Map<string, number>): void {
  // How far the left edge of each is from that of the row when all stand close.
  const offsets: number[] = [];
  row.reduce((offset, { width }) => (offsets.push(offset), offset + width + gap), 0);
  const runs: Run[] = [];
  row.forEach(({ width }, at) => {
    runs.push({ wish: (wishes[at] ?? 0) - width / 2 - (offsets[at] ?? 0), count: 1 });
    for (let last = runs.at(-1), before = runs.at(-2); last && before && before.wish > last.wish;) {
      before.wish = (before.wish * before.count + last.wish * last.count) / (before.count + last.count);
      before.count += last.count;
      runs.pop();
      [last, before] = [runs.at(-1), runs.at(-2)];
    }
  });
  let at = 0;
  for (const { wish, count } of runs) {
    for (const end = at + count; at < end; at += 1) {
      const box = row[at];
      if (box !== undefined) middles.set(box.id, wish + (offsets[at] ?? 0) + box.width / 2);
    }
  }
}

function block(rows: readonly Row[], middles: ReadonlyMap<string, number>, below: number): Block {
  let y = 0;
  const cards = rows.flatMap((row) => {
    const at = row.map((box) => ({ ...box, x: (middles.get(box.id) ?? 0) - box.width / 2, y }));
    y += Math.max(...row.map(({ height }) => height)) + below;
    return at;
  });
  const left = Math.min(...cards.map(({ x }) => x));
  const right = Math.max(...cards.map(({ x, width }) => x + width));
  const places = new Map(cards.map((card) => [card.id, { x: card.x - left, y: card.y }]));
  return { width: right - left, height: y - below, places };
}
