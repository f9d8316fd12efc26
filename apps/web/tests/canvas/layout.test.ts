import { describe, expect, test } from "vitest";

import { labelsOf } from "../../src/canvas/labels.ts";
import { laidOut, type Item, type Style } from "../../src/canvas/layout/layout.ts";
import { boundsOf, overlaps, type Box } from "../../src/project/sizes.ts";
import { randomly, type Random } from "../project/random.ts";

const STYLES: readonly Style[] = [
  { shape: "TREE", direction: "DOWN" },
  { shape: "TREE", direction: "RIGHT" },
  { shape: "LAYERED", direction: "DOWN" },
  { shape: "LAYERED", direction: "RIGHT" },
];
const screen = { width: 1_440, height: 840 };
const TREE: Style = { shape: "TREE", direction: "DOWN" };

const item = (id: string, x = 0, y = 0, width = 340, height = 200): Item => ({
  id,
  x,
  y,
  width,
  height,
  frameId: null,
  isFrame: false,
});
const edge = (name: string) => {
  const [sourceId = "", targetId = ""] = name.split(">");
  return { sourceId, targetId };
};
const byId = (boxes: readonly Box[]) => new Map(boxes.map((box) => [box.id, box]));
function at(boxes: ReadonlyMap<string, Box>, id: string): Box {
  const box = boxes.get(id);
  if (box === undefined) throw new Error(`${id} was laid out`);
  return box;
}

/** Cards anywhere, also on top of each other; some joined, some in frames. */
function canvas(random: Random, cards: number, edges: number, frames = 0): { items: Item[]; edges: Edges } {
  const held = Array.from({ length: frames }, (_, which) => ({
    ...item(`frame${which}`, random.upTo(4_000), random.upTo(4_000), 800, 480),
    isFrame: true,
  }));
  const items = Array.from({ length: cards }, (_, which): Item => {
    const frame = random.upTo(3) === 0 ? held[random.upTo(frames)] : undefined;
    const [x, y] = [random.upTo(4_000), random.upTo(4_000)];
    // Sizes are no whole numbers where somebody drew them larger.
    const box = item(`${which}`, x, y, 220 + random.upTo(400) / 3, 60 + random.upTo(500) / 3);
    return { ...box, frameId: frame?.id ?? null };
  });
  const joined = Array.from({ length: edges }, () => {
    const [one, other] = [random.upTo(cards), random.upTo(cards)];
    return { sourceId: `${Math.min(one, other)}`, targetId: `${Math.max(one, other)}` };
  }).filter(({ sourceId, targetId }) => sourceId !== targetId);
  return { items: [...held, ...items], edges: joined };
}
type Edges = readonly { sourceId: string; targetId: string }[];

function expectNoneCovered(boxes: readonly Box[], frames: ReadonlySet<string>): void {
  const cards = boxes.filter(({ id }) => !frames.has(id)).toSorted((one, other) => one.x - other.x);
  cards.forEach((one, which) => {
    for (const other of cards.slice(which + 1)) {
      if (other.x >= one.x + one.width) break;
      if (overlaps(one, other)) throw new Error(`${one.id} covers ${other.id}`);
    }
  });
}

describe.each(STYLES)("$shape $direction", (style) => {
  randomly("no card covers another, and everything keeps its size", 60, (random) => {
    const { items, edges } = canvas(random, 1 + random.upTo(60), random.upTo(90), random.upTo(4));
    const boxes = laidOut({ items, edges, style, screen });
    const frames = new Set(items.filter(({ isFrame }) => isFrame).map(({ id }) => id));
    expectNoneCovered(boxes, frames);
    const now = byId(boxes);
    expect(now.size).toBe(items.length);
    for (const { id, width, height, isFrame } of items) {
      if (!isFrame) expect(at(now, id)).toMatchObject({ width, height });
    }
  });

  randomly("what a frame holds stays inside it, and nothing else comes in", 40, (random) => {
    const { items, edges } = canvas(random, 1 + random.upTo(40), random.upTo(40), 1 + random.upTo(3));
    const now = byId(laidOut({ items, edges, style, screen }));
    for (const frame of items.filter(({ isFrame }) => isFrame)) {
      for (const card of items.filter(({ isFrame }) => !isFrame)) {
        const [inside, outside] = [at(now, card.id), at(now, frame.id)];
        if (card.frameId === frame.id) {
          expect(inside.x).toBeGreaterThan(outside.x);
          expect(inside.y).toBeGreaterThan(outside.y);
          expect(inside.x + inside.width).toBeLessThan(outside.x + outside.width);
          expect(inside.y + inside.height).toBeLessThan(outside.y + outside.height);
        } else expect(overlaps(inside, outside)).toBe(false);
      }
    }
  });
});

randomly("no card of a large tree covers another, whatever sizes they have", 12, (random) => {
  const items = Array.from({ length: 60 + random.upTo(200) }, (_, id) =>
    item(`${id}`, 0, id * 10, 340, 60 + random.upTo(1_000) / 7),
  );
  const edges = items.slice(1).map(({ id }) => ({ sourceId: `${(Number(id) - 1) >> 1}`, targetId: id }));
  expectNoneCovered(laidOut({ items, edges, style: TREE, screen }), new Set());
});

randomly("context flows down, or to the right", 60, (random) => {
  const { items, edges } = canvas(random, 2 + random.upTo(40), random.upTo(60));
  const down = byId(laidOut({ items, edges, style: { shape: "LAYERED", direction: "DOWN" }, screen }));
  const right = byId(laidOut({ items, edges, style: { shape: "LAYERED", direction: "RIGHT" }, screen }));
  for (const { sourceId, targetId } of edges) {
    expect(at(down, sourceId).y + at(down, sourceId).height).toBeLessThan(at(down, targetId).y);
    expect(at(right, sourceId).x + at(right, sourceId).width).toBeLessThan(at(right, targetId).x);
  }
});

test("siblings stand side by side below their parent, in the order in which they stood", () => {
  const items = [item("parent", 0, 0), item("c", 900, 300), item("a", 0, 310), item("b", 500, 290)];
  const now = byId(laidOut({ items, edges: ["parent>a", "parent>b", "parent>c"].map(edge), style: TREE, screen }));
  const row = ["a", "b", "c"].map((id) => at(now, id));
  expect(row.map(({ x }) => x)).toEqual(row.map(({ x }) => x).toSorted((one, other) => one - other));
  expect(new Set(row.map(({ y }) => y)).size).toBe(1);
  expect(at(now, "parent").x).toBe(at(now, "b").x);
});

test("what is laid out again stays where it is", () => {
  const items = [item("parent"), item("a", 0, 300), item("b", 400, 300), item("c", 0, 600)];
  const edges = ["parent>a", "parent>b", "a>c"].map(edge);
  const once = laidOut({ items, edges, style: TREE, screen });
  const again = laidOut({
    items: once.map((box) => ({ ...box, frameId: null, isFrame: false })),
    edges,
    style: TREE,
    screen,
  });
  expect(byId(again)).toEqual(byId(once));
});

const trees: Readonly<Record<string, (at: number, random: Random) => number>> = {
  "grown at random": (id, random) => random.upTo(id),
  "with a hub": (id, random) => (random.upTo(2) === 0 ? 0 : random.upTo(id)),
  "of conversations": (id, random) => (random.upTo(4) === 0 ? random.upTo(id) : id - 1),
};

describe.each(Object.keys(trees))("a tree of 300 cards %s", (kind) => {
  randomly("fits within 4 to 1, and is named when all of it is in sight", 2, (random) => {
    const parentOf = trees[kind] ?? (() => 0);
    const items = Array.from({ length: 300 }, (_, id) => item(`${id}`, id * 10, id * 10, 340, 90 + random.upTo(120)));
    const edges = items.slice(1).map(({ id }) => ({ sourceId: `${parentOf(Number(id), random)}`, targetId: id }));
    const boxes = laidOut({ items, edges, style: TREE, screen });
    expectNoneCovered(boxes, new Set());
    const now = byId(boxes);
    for (const { sourceId, targetId } of edges)
      expect(at(now, sourceId).y + at(now, sourceId).height).toBeLessThan(at(now, targetId).y);
    const { width, height } = boundsOf(boxes);
    expect(width / height).toBeLessThanOrEqual(4);
    expect(height / width).toBeLessThanOrEqual(4);

    const scale = Math.max(width / screen.width, height / screen.height);
    const parents = new Map(edges.map(({ sourceId, targetId }) => [targetId, [sourceId]]));
    const named = boxes.map((box) => ({ ...box, parents: parents.get(box.id) ?? [], weight: 0, folded: 0 }));
    const labels = labelsOf(
      named.map((card) => ({ ...card, title: "Who decides, and when?" })),
      scale,
    );
    // What follows stands below: so deep a conversation is a line from top to bottom.
    if (kind !== "of conversations") expect(labels).toHaveLength(300);
  });
});

test("a conversation of 2,000 turns is laid out as well", () => {
  const items = Array.from({ length: 2_000 }, (_, id) => item(`${id}`));
  const edges = items.slice(1).map(({ id }) => ({ sourceId: `${Number(id) - 1}`, targetId: id }));
  for (const style of STYLES) expectNoneCovered(laidOut({ items, edges, style, screen }), new Set());
});
