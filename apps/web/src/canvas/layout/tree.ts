import type { Box, Size } from "../../project/sizes.ts";
import { packed, type Packed } from "./pack.ts";
import { best, groupBy, inReadingOrder, type Block, type Edge, type Point, type Sheet, type Spacing } from "./shape.ts";

/** How wide what hangs below a card becomes before it wraps, as a multiple of how high it would be then. */
const SHAPES = [0.7, 1, 1.5, 2.2, 3.2, 5];
/** What is no wider than so many cards does not wrap: in a second row a card would seem to follow from the one above it. */
const ROW_MIN = 6;

/** A tree from the top down: each card above what follows from it, in the order in which that stands now. */
export function tree(sheet: Sheet, root: string, spacing: Spacing): Block {
  return drawn(root, familyOf(sheet), spacing);
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

/** A card with what hangs below it: how large that is, where the card stands in it, and where each child's part. */
interface Branch extends Size {
  readonly card: Point;
  readonly parts: readonly Point[];
}

/** Without recursion: a conversation may be longer than a call stack. */
function drawn(root: string, { boxes, children }: Family, spacing: Spacing): Block {
  const order = [root];
  for (const id of order) order.push(...children(id).map((child) => child.id));
  const branches = new Map<string, Branch>();
  for (const id of order.toReversed()) {
    const box = boxes.get(id);
    const below = children(id).flatMap((child) => branches.get(child.id) ?? []);
    if (box !== undefined) branches.set(id, branchOf(box, below, spacing, id === root));
  }
  const places = new Map<string, Point>();
  const corners = new Map<string, Point>([[root, { x: 0, y: 0 }]]);
  for (const id of order) {
    const [corner, branch] = [corners.get(id), branches.get(id)];
    if (corner === undefined || branch === undefined) continue;
    places.set(id, plus(corner, branch.card));
    children(id).forEach((child, at) => corners.set(child.id, plus(corner, branch.parts[at] ?? { x: 0, y: 0 })));
  }
  const { width = 0, height = 0 } = branches.get(root) ?? {};
  return { width, height, places };
}

const plus = (one: Point, other: Point): Point => ({ x: one.x + other.x, y: one.y + other.y });

/** A card above the middle of its children, which stand as close together as they can. */
function branchOf(card: Box, below: readonly Branch[], spacing: Spacing, isRoot: boolean): Branch {
  if (below.length === 0) return { width: card.width, height: card.height, card: { x: 0, y: 0 }, parts: [] };
  const area = below.reduce((sum, { width, height }) => sum + (width + spacing.beside) * (height + spacing.below), 0);
  const least = ROW_MIN * (card.width + spacing.beside);
  const options = SHAPES.map((shape) =>
    above(card, leavesFirst(below, Math.max(Math.sqrt(area * shape), least), spacing), spacing),
  );
  const [first, ...others] = options;
  if (first === undefined) throw new Error("there is a shape");
  if (isRoot) return best(spacing.screen, first, ...others);
  const cost = ({ width, height }: Size) => (width + spacing.beside) * (height + spacing.below) * slim(width / height);
  return others.reduce((chosen, one) => (cost(one) < cost(chosen) ? one : chosen), first);
}

const slim = (aspect: number) => 1 + 0.2 * Math.abs(Math.log(aspect / 1.5));

/** In their order where all fit in one row; where they wrap, what ends soon stands next to where it comes from. */
function leavesFirst(below: readonly Branch[], widthMax: number, spacing: Spacing): Packed {
  const whole = below.reduce((sum, { width }) => sum + width + spacing.beside, 0);
  if (whole <= widthMax + spacing.beside) return packed(below, widthMax, spacing);
  const rank = (which: number) => (below[which]?.parts.length === 0 ? 0 : 1);
  const order = [...below.keys()].toSorted((one, other) => rank(one) - rank(other));
  const { at, ...size } = packed(
    order.flatMap((which) => below[which] ?? []),
    widthMax,
    spacing,
  );
  const places = new Map(order.map((which, place) => [which, at[place]]));
  return { ...size, at: below.map((_, which) => places.get(which) ?? { x: 0, y: 0 }) };
}

function above(card: Box, { at, ...size }: Packed, spacing: Spacing): Branch {
  const width = Math.max(card.width, size.width);
  const corner = { x: (width - size.width) / 2, y: card.height + spacing.below };
  return {
    width,
    height: corner.y + size.height,
    card: { x: (width - card.width) / 2, y: 0 },
    parts: at.map((part) => plus(corner, part)),
  };
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
