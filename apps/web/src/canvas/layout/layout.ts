import { boundsOf, CARD_WIDTH, FRAME_HEAD, FRAME_PADDING, type Box, type Size } from "../../project/sizes.ts";
import { ROOM_MIN } from "../labels.ts";
import { layers } from "./layers.ts";
import { packed } from "./pack.ts";
import {
  best,
  fitZoom,
  groupBy,
  inReadingOrder,
  type Block,
  type Edge,
  type Point,
  type Sheet,
  type Spacing,
} from "./shape.ts";
import { INDENT_MAX, spanning, tree } from "./tree.ts";

/** How a canvas is laid out: as trees or in layers, from the top down or from left to right. */
export interface Style {
  readonly shape: "TREE" | "LAYERED";
  readonly direction: "DOWN" | "RIGHT";
}

/** A card or a frame as it stands now. */
export interface Item extends Box {
  /** The frame that holds it. */
  readonly frameId: string | null;
  readonly isFrame: boolean;
}

export interface Wanted {
  readonly items: readonly Item[];
  readonly edges: readonly Edge[];
  readonly style: Style;
  /** What is laid out is to be read when it fills a screen of this shape. */
  readonly screen: Size;
}

const BESIDE = 36;
const BELOW = 72;
const ROOMY = { beside: BESIDE, below: BELOW, rowMin: 6, aside: BELOW, isOrdered: true };
/** Where little can be read, more of it is in sight, and columns need some room beside them. */
const CLOSE = { beside: 2 * BESIDE, below: BELOW, rowMin: 1, aside: 0, isOrdered: false };
/** Between parts that no edge joins. */
const APART = 110;
/** How wide parts are put side by side, as a multiple of how high all would be. */
const SHAPES = [0.5, 0.9, 1.4, 2, 3, 5, 8];

/** Cards do not stand farther apart than this for it: somebody has to work in them, too. */
const APART_MAX = 2 * CARD_WIDTH;
/** How much of the screen names can fill: the rest is lost where branches of a tree end. */
const FILLED_MAX = 0.8;
const TRIES = 4;

/**
 * Where everything goes so that no card covers another; what a frame holds stays in it, and a frame fits what it holds.
 * Where there is so much that names find no room when all of it is in sight, it stands closer, and each card as far from the
 * others as its name needs.
 */
export function laidOut(wanted: Wanted): readonly Box[] {
  const { items, screen } = wanted;
  const zoomOf = (boxes: readonly Box[]) => fitZoom(boundsOf(boxes), screen);
  const area = items.reduce((sum, { width, height }) => sum + (width + BESIDE) * (height + BELOW), 0);
  const zoomMin = Math.max(ROOM_MIN.width / (CARD_WIDTH + BESIDE), ROOM_MIN.height / (lowest(items) + BELOW));
  const isMuch = area * zoomMin ** 2 > screen.width * screen.height;
  const roomy = isMuch ? null : arranged(wanted, ROOMY);
  if (roomy !== null && (items.length === 0 || zoomOf(roomy) >= zoomMin)) return roomy;
  const dense = arranged(wanted, CLOSE);
  return readable(wanted, zoomOf(dense)) ?? (roomy !== null && zoomOf(roomy) > zoomOf(dense) ? roomy : dense);
}

/** As large as it can be while each card has room for its name; null where there is no such room on the screen. */
function readable(wanted: Wanted, zoomMax: number): readonly Box[] | null {
  const { items, screen, style } = wanted;
  if (items.length * ROOM_MIN.width * ROOM_MIN.height > FILLED_MAX * screen.width * screen.height) return null;
  const sizes = new Map(items.map((item) => [item.id, item]));
  // What is beside a card once all are laid out, and what columns take of it.
  const [across, down] = [CLOSE.beside - INDENT_MAX, CLOSE.below];
  const gaps = style.direction === "RIGHT" ? { width: down, height: across } : { width: across, height: down };
  const at = (zoom: number): readonly Box[] | null => {
    const room = {
      width: ROOM_MIN.width / zoom - gaps.width,
      height: ROOM_MIN.height / zoom - gaps.height,
    };
    const roomier = items.map((item) => (item.isFrame ? item : { ...item, ...larger(item, room) }));
    const boxes = arranged({ ...wanted, items: roomier }, CLOSE).map((box): Box => {
      const item = sizes.get(box.id);
      return item === undefined || item.isFrame ? box : { ...box, width: item.width, height: item.height };
    });
    return fitZoom(boundsOf(boxes), screen) >= zoom ? boxes : null;
  };
  let [low, high] = [ROOM_MIN.width / (CARD_WIDTH + APART_MAX), zoomMax];
  let found = at(low);
  for (let tried = 1; found !== null && tried < TRIES && low < high; tried += 1) {
    const zoom = Math.sqrt(low * high);
    const larger = at(zoom);
    if (larger === null) high = zoom;
    else [found, low] = [larger, zoom];
  }
  return found;
}

/** How high the cards are at the least, but for a few of them. */
function lowest(items: readonly Size[]): number {
  const heights = items.map(({ height }) => height).toSorted((one, other) => one - other);
  return heights[heights.length >> 3] ?? 0;
}

const larger = (one: Size, other: Size): Size => ({
  width: Math.max(one.width, other.width),
  height: Math.max(one.height, other.height),
});

function arranged({ items, edges, style, screen: seen }: Wanted, gaps: Omit<Spacing, "screen">): readonly Box[] {
  const boxes = style.direction === "RIGHT" ? items.map(turned) : items;
  const screen = style.direction === "RIGHT" ? { width: seen.height, height: seen.width } : seen;
  const placed = inFrames(boxes, edges, style, { ...gaps, screen });
  // Whatever people read first stays where it is.
  const [first] = boxes.filter(({ frameId }) => frameId === null).toSorted(inReadingOrder);
  const after = placed.find(({ id }) => id === first?.id);
  const [dx, dy] = first === undefined || after === undefined ? [0, 0] : [first.x - after.x, first.y - after.y];
  const there = placed.map((box) => ({ ...box, x: box.x + dx, y: box.y + dy }));
  return style.direction === "RIGHT" ? there.map(turned) : there;
}

/** From left to right is from the top down with the sheet turned. */
const turned = <T extends Box>(box: T): T => ({ ...box, x: box.y, y: box.x, width: box.height, height: box.width });

/** Lays out what each frame holds first; from outside a frame is one large card then. */
function inFrames(items: readonly Item[], edges: readonly Edge[], style: Style, spacing: Spacing): Box[] {
  const frames = new Map(items.filter(({ isFrame }) => isFrame).map((frame) => [frame.id, frame]));
  const outermost = ({ id, frameId }: Item) => (frameId !== null && frames.has(frameId) ? frameId : id);
  const holderOf = new Map(items.map((item) => [item.id, outermost(item)]));
  const held = groupBy(
    items.filter((item) => outermost(item) !== item.id),
    outermost,
  );
  const insides = new Map(
    Array.from(held, ([frame, cards]) => [frame, blockOf({ boxes: cards, edges }, style.shape, spacing)]),
  );
  const head = style.direction === "RIGHT" ? { x: FRAME_HEAD, y: FRAME_PADDING } : { x: FRAME_PADDING, y: FRAME_HEAD };
  const outer = items
    .filter((item) => outermost(item) === item.id)
    .map((item): Box => {
      const inside = insides.get(item.id);
      if (inside === undefined) return item;
      const width = head.x + inside.width + FRAME_PADDING;
      return { ...item, width, height: head.y + inside.height + FRAME_PADDING };
    });
  const between = edges.flatMap(({ sourceId, targetId }) => {
    const [source, target] = [holderOf.get(sourceId), holderOf.get(targetId)];
    return source === undefined || target === undefined || source === target
      ? []
      : [{ sourceId: source, targetId: target }];
  });
  const { places } = blockOf({ boxes: outer, edges: between }, style.shape, spacing);
  return outer.flatMap((box) => {
    const at = places.get(box.id) ?? { x: 0, y: 0 };
    const inside = insides.get(box.id)?.places ?? new Map<string, Point>();
    const cards = (held.get(box.id) ?? []).map(({ id, width, height }): Box => {
      const { x, y } = inside.get(id) ?? { x: 0, y: 0 };
      return { id, width, height, x: at.x + head.x + x, y: at.y + head.y + y };
    });
    return [{ id: box.id, width: box.width, height: box.height, ...at }, ...cards];
  });
}

/** Every part that edges join by itself, and these beside each other. */
function blockOf(sheet: Sheet, shape: Style["shape"], spacing: Spacing): Block {
  const ids = new Set(sheet.boxes.map(({ id }) => id));
  const edges = sheet.edges.filter(({ sourceId, targetId }) => ids.has(sourceId) && ids.has(targetId));
  const depths = depthsOf({ boxes: sheet.boxes, edges });
  // An edge that closes a circle around frames leads nowhere lower.
  const down = edges.filter(({ sourceId, targetId }) => (depths.get(sourceId) ?? 0) < (depths.get(targetId) ?? 0));
  const used = shape === "TREE" ? spanning({ boxes: sheet.boxes, edges: down }, depths) : down;
  const blocks = partsOf({ boxes: sheet.boxes, edges: used }).map((part) => partBlock(part, depths, spacing));
  const apart = { ...spacing, beside: APART, below: APART };
  const area = blocks.reduce((sum, { width, height }) => sum + (width + APART) * (height + APART), 0);
  const [first, ...others] = SHAPES.map((wide) => packed(blocks, Math.sqrt(area * wide), apart));
  if (first === undefined) return { width: 0, height: 0, places: new Map() };
  const { at, ...size } = best(spacing.screen, first, ...others);
  const places = new Map(
    blocks.flatMap((block, which) => {
      const { x, y } = at[which] ?? { x: 0, y: 0 };
      return Array.from(block.places, ([id, place]): [string, Point] => [id, { x: x + place.x, y: y + place.y }]);
    }),
  );
  return { ...size, places };
}

/** In layers only where somewhere two ways meet: everything else is a tree. */
function partBlock(part: Sheet, depths: ReadonlyMap<string, number>, spacing: Spacing): Block {
  const targets = new Set(part.edges.map(({ targetId }) => targetId));
  const [root] = part.boxes.filter(({ id }) => !targets.has(id));
  const isTree = targets.size === part.edges.length && root !== undefined;
  return isTree ? tree(part, root.id, spacing) : layers(part, depths, spacing);
}

/** How many edges the longest way down to each box has. */
function depthsOf({ boxes, edges }: Sheet): ReadonlyMap<string, number> {
  const below = groupBy(edges, ({ sourceId }) => sourceId);
  const missing = new Map(boxes.map(({ id }) => [id, 0]));
  for (const { targetId } of edges) missing.set(targetId, (missing.get(targetId) ?? 0) + 1);
  const [depths, done] = [new Map(boxes.map(({ id }) => [id, 0])), new Set<string>()];
  const order = boxes.toSorted(inReadingOrder).map(({ id }) => id);
  const ready = order.filter((id) => missing.get(id) === 0);
  const settle = (id: string) => {
    done.add(id);
    for (const { targetId } of below.get(id) ?? []) {
      if (done.has(targetId)) continue;
      depths.set(targetId, Math.max(depths.get(targetId) ?? 0, (depths.get(id) ?? 0) + 1));
      missing.set(targetId, (missing.get(targetId) ?? 0) - 1);
      if (missing.get(targetId) === 0) ready.push(targetId);
    }
  };
  // In a circle around frames one has to be first.
  for (const first of order) {
    for (const id of ready) if (!done.has(id)) settle(id);
    ready.length = 0;
    if (!done.has(first)) settle(first);
  }
  return depths;
}

/** Boxes that edges join, in the order in which people read them. */
function partsOf({ boxes, edges }: Sheet): Sheet[] {
  const partOf = new Map(boxes.map(({ id }) => [id, id]));
  const root = (id: string): string => {
    const way = [id];
    for (let up = partOf.get(id); up !== undefined && up !== way.at(-1); up = partOf.get(up)) way.push(up);
    const top = way.at(-1) ?? id;
    // The next one who asks goes straight there.
    for (const each of way) partOf.set(each, top);
    return top;
  };
  for (const { sourceId, targetId } of edges) partOf.set(root(sourceId), root(targetId));
  const edgesOf = groupBy(edges, ({ sourceId }) => root(sourceId));
  return Array.from(
    groupBy(boxes.toSorted(inReadingOrder), ({ id }) => root(id)),
    ([id, part]) => ({ boxes: part, edges: edgesOf.get(id) ?? [] }),
  );
}
