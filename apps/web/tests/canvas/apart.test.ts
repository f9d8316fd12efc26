import { expect } from "vitest";

import { Actions } from "../../src/canvas/actions.ts";
import { toClipboard } from "../../src/canvas/clipboard.ts";
import { keepApart } from "../../src/canvas/keep-apart.ts";
import { laidOut } from "../../src/canvas/layout/layout.ts";
import { changesTo } from "../../src/canvas/layout/nodes.ts";
import { History } from "../../src/project/history.ts";
import { isFrame } from "../../src/project/kinds.ts";
import { cardsOf } from "../../src/project/places.ts";
import { boxOf, overlaps } from "../../src/project/sizes.ts";
import { newCanvasStore } from "../../src/project/ui-state.ts";
import type { ProjectSync } from "../../src/sync/index.ts";
import { randomlyAwaited, type Random } from "../project/random.ts";
import { bench } from "../sync/kit/bench.ts";
import { quiet } from "../sync/kit/clock.ts";

const TEXT = "Some words that somebody typed, or that a model answered. ";
const STEPS = 25;

/** A page on a project, without a screen. */
async function page() {
  const { sync, join } = await bench();
  await join();
  const history = new History(sync);
  keepApart(sync, history);
  const ui = newCanvasStore();
  const actions = new Actions(sync, ui, {
    show: () => undefined,
    screen: () => ({ width: 1_440, height: 840 }),
    together: history.together,
    askAgent: () => false,
  });
  return { sync, actions, ui };
}

type Page = Awaited<ReturnType<typeof page>>;

const point = (random: Random) => ({ x: random.upTo(3_000), y: random.upTo(3_000) });
const words = (random: Random) => TEXT.repeat(1 + random.upTo(12));

function anyNode({ sync }: Page, random: Random) {
  const nodes = [...(sync.graph()?.nodes.values() ?? [])].filter((node) => !isFrame(node));
  return nodes[random.upTo(nodes.length)];
}

/** What people do on a canvas, but for dragging frames over cards. */
const doings: Readonly<Record<string, (page: Page, random: Random) => void>> = {
  create: ({ actions }, random) => actions.create(point(random)),
  note: ({ actions }, random) => actions.note(point(random)),
  branch: (page, random) => {
    const node = anyNode(page, random);
    if (node !== undefined) page.actions.branch(node.id);
  },
  type: (page, random) => {
    const node = anyNode(page, random);
    if (node !== undefined) page.sync.submit("node.update", { id: node.id, prompt: words(random) });
  },
  ask: (page, random) => {
    const node = anyNode(page, random);
    if (node !== undefined) page.actions.generate(node.id);
  },
  answer: (page, random) => {
    const node = anyNode(page, random);
    if (node !== undefined) page.sync.submit("node.update", { id: node.id, response: words(random) });
  },
  whole: (page, random) => {
    const node = anyNode(page, random);
    if (node !== undefined) page.actions.setHeight(node.id, random.upTo(2) === 0 ? null : 100 + random.upTo(1_500));
  },
  drop: (page, random) => {
    const node = anyNode(page, random);
    if (node !== undefined) page.actions.drop([{ id: node.id, ...point(random) }]);
  },
  paste: ({ sync, actions }, random) => {
    const graph = sync.graph();
    const ids = [...(graph?.nodes.keys() ?? [])].filter(() => random.upTo(3) === 0);
    if (graph !== null && ids.length > 0) actions.paste(toClipboard(graph, new Set(ids)), point(random));
  },
  text: ({ actions }, random) => actions.paste(words(random), point(random)),
  tidy: ({ sync }, random) => {
    const graph = sync.graph();
    if (graph === null || graph.nodes.size === 0) return;
    const items = Array.from(graph.nodes.values(), (node) => ({ ...boxOf(node), frameId: null, isFrame: false }));
    const style = { shape: random.upTo(2) === 0 ? "TREE" : "LAYERED", direction: "DOWN" } as const;
    const boxes = laidOut({ items, edges: [...graph.edges.values()], style, screen: { width: 1_440, height: 840 } });
    const changes = changesTo(graph, boxes);
    if (changes.length > 0) sync.submitBatch(changes);
  },
};

function covered(sync: ProjectSync): string[] {
  const cards = cardsOf(sync.graph()?.nodes.values() ?? []);
  return cards.flatMap((one, at) =>
    cards.slice(at + 1).flatMap((other) => (overlaps(one, other) ? [`${one.id} and ${other.id}`] : [])),
  );
}

randomlyAwaited("whatever is done on a canvas, no card covers another", 40, async (random) => {
  const opened = await page();
  const names = Object.keys(doings);
  const done: string[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    const name = names[random.upTo(names.length)] ?? "create";
    done.push(name);
    doings[name]?.(opened, random);
    await quiet();
    expect(covered(opened.sync), done.join(", ")).toEqual([]);
  }
});
