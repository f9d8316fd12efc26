import { expect, test } from "vitest";

import { fromClipboard, toClipboard } from "../../src/canvas/clipboard.ts";
import type { CanvasGraph, NodeView } from "../../src/sync/index.ts";
import { pick, seeded } from "../sync/kit/random.ts";

const KINDS = [
  {},
  { kind: "NOTE", color: "yellow", tags: ["risk"] },
  { role: "SYSTEM", title: "The rule" },
  { kind: "FRAME", title: "Plans", width: 600, height: 400 },
] as const;

const CANVASES = 200;

function canvas(random: () => number): CanvasGraph {
  const nodes = Array.from({ length: 1 + Math.floor(random() * 12) }, (_, index) => {
    const position = { x: Math.floor(random() * 900), y: Math.floor(random() * 900) };
    return { id: `n${index}`, prompt: `Text ${index}`, response: null, position, ...pick(random, KINDS) } as NodeView;
  });
  const frames = nodes.filter(({ kind }) => kind === "FRAME");
  const held = nodes.map((node) => (node.kind === "FRAME" ? node : { ...node, frameId: pick(random, frames)?.id }));
  const project = { id: "p" };
  return { project, nodes: new Map(held.map((node) => [node.id, node])), edges: new Map() } as unknown as CanvasGraph;
}

test("whatever nodes are, they are that on the clipboard and in the frames that were copied with them", () => {
  const random = seeded(7);
  for (let count = 0; count < CANVASES; count += 1) {
    const graph = canvas(random);
    const chosen = new Set([...graph.nodes.keys()].filter(() => random() < 0.7));

    const copied = fromClipboard(toClipboard(graph, chosen));

    const byId = new Map((copied?.nodes ?? []).map((node) => [node.id, node]));
    expect(new Set(byId.keys())).toEqual(chosen);
    for (const id of chosen) {
      const { prompt, position, kind, role, title, width, height, color, tags, frameId } = graph.nodes.get(id) ?? {};
      const held = typeof frameId === "string" && chosen.has(frameId) ? frameId : undefined;
      const was = { prompt, position, kind, role, title, width, height, color, tags, frameId: held };
      expect(byId.get(id)).toMatchObject(JSON.parse(JSON.stringify(was)) as object);
      expect(byId.get(id)?.frameId).toBe(held);
    }
  }
});

test("what is on the clipboard and not ours, or was damaged on its way, is not pasted as nodes", () => {
  const ours = toClipboard(canvas(seeded(1)), new Set(["n0"]));
  for (const text of ["", "Some words", `${ours}}`, ours.replace('"prompt":"Text 0"', '"prompt":7')]) {
    expect(fromClipboard(text)).toBeNull();
  }
});
