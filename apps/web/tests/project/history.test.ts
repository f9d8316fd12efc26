import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { History } from "../../src/project/history.ts";
import type { CanvasGraph, NodeView, ProjectSync } from "../../src/sync/index.ts";
import { bench, event, node, PROJECT } from "../sync/kit/bench.ts";
import { quiet } from "../sync/kit/clock.ts";
import { seeded, pick } from "../sync/kit/random.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

const POSITION = { x: 0, y: 0 };
const LATER_MS = 10_000;

/** What a person sees; an edge that came back has another id, which nobody sees. */
function seen(graph: CanvasGraph | null): unknown {
  const nodes = [...(graph?.nodes.values() ?? [])].map(({ id, prompt, response, pinned, position }) => ({
    id,
    prompt,
    response,
    pinned,
    position,
  }));
  const edges = [...(graph?.edges.values() ?? [])].map(
    ({ sourceId, targetId, policy }) => `${sourceId} ${targetId} ${policy}`,
  );
  return { nodes: nodes.toSorted((a, b) => a.id.localeCompare(b.id)), edges: edges.toSorted() };
}

async function begun() {
  const opened = await bench();
  const socket = await opened.join();
  return { ...opened, socket, history: new History(opened.sync) };
}

test("each kind of change is taken back and repeated", async () => {
  const { sync, history } = await begun();
  const a = sync.submit("node.create", { prompt: "a", position: POSITION }).id;
  const b = sync.submit("node.create", { prompt: "b", position: POSITION, parentIds: [a] }).id;
  const edge = () => [...(sync.graph()?.edges.values() ?? [])][0]?.id ?? "";
  const changes = [
    () => sync.submit("node.move", { positions: [{ id: a, x: 5, y: 6 }] }),
    () => sync.submit("node.update", { id: a, pinned: true }),
    () => sync.submit("node.update", { id: b, prompt: "better" }),
    () => sync.submit("edge.update", { id: edge(), policy: "SUMMARY" }),
    () => sync.submit("edge.delete", { id: edge() }),
    () => sync.submit("node.delete", { id: a }),
  ];
  const states = [seen(sync.graph())];
  for (const change of changes) {
    vi.advanceTimersByTime(LATER_MS);
    change();
    states.push(seen(sync.graph()));
  }

  for (const state of states.slice(0, -1).reverse()) {
    expect(history.undo()).toBe("done");
    expect(seen(sync.graph())).toEqual(state);
  }
  for (const state of states.slice(1)) {
    expect(history.redo()).toBe("done");
    expect(seen(sync.graph())).toEqual(state);
  }
  expect(history.redo()).toBe("nothing");
});

test("what only this page shows is taken back in its turn, and outlives what the server refuses", async () => {
  const { sync, socket, history } = await begun();
  const { id } = sync.submit("node.create", { prompt: "no", position: POSITION });
  await quiet();
  let isFolded = true;
  history.shown({ undo: () => (isFolded = false), redo: () => (isFolded = true) });
  const later = sync.submit("node.create", { prompt: "later", position: POSITION });
  socket.hear({ type: "nack", id, code: "limit_reached", detail: "too many nodes", retryable: false });

  expect(history.undo()).toBe("done");
  expect([sync.node(later.id), isFolded]).toEqual([undefined, true]);
  expect(history.undo()).toBe("done");
  expect(isFolded).toBe(false);
  expect(history.undo()).toBe("nothing");
  expect(history.redo()).toBe("done");
  expect(isFolded).toBe(true);
});

test("typing is one step, and a pause begins another", async () => {
  const { sync, history } = await begun();
  const { id } = sync.submit("node.create", { prompt: "", position: POSITION });
  for (const prompt of ["a", "ab", "abc"]) sync.submit("node.update", { id, prompt });
  vi.advanceTimersByTime(LATER_MS);
  sync.submit("node.update", { id, prompt: "abc and more" });

  history.undo();
  expect(sync.node(id)?.prompt).toBe("abc");
  history.undo();
  expect(sync.node(id)?.prompt).toBe("");
  history.redo();
  expect(sync.node(id)?.prompt).toBe("abc");
});

test("a text that somebody else has changed since is theirs", async () => {
  const { sync, socket, history } = await begun();
  const theirs = "0190c0de-0000-7000-8000-0000000000a1";
  socket.hear({
    type: "events",
    project: PROJECT,
    events: [event(2, "node.create", { ...node(theirs, { prompt: "theirs" }), edges: [] })],
  });
  sync.submit("node.update", { id: theirs, prompt: "mine" });
  await quiet();
  const [sent] = socket.of("op") as { id: string }[];
  socket.hear({
    type: "events",
    project: PROJECT,
    events: [event(3, "node.update", { id: theirs, version: 2, prompt: "mine" }, { opId: sent?.id ?? "" })],
  });
  socket.hear({
    type: "events",
    project: PROJECT,
    events: [event(4, "node.update", { id: theirs, version: 3, prompt: "theirs again" })],
  });

  expect(history.undo()).toBe("changed-since");
  expect(sync.node(theirs)?.prompt).toBe("theirs again");
});

test("an answer of a model that was written over comes back as the model's, and what was written comes back after that", async () => {
  const { sync, socket, history } = await begun();
  const id = "0190c0de-0000-7000-8000-0000000000a1";
  const answered = { prompt: "why?", response: "the model's", llmModel: "m", generationId: "g" };
  socket.hear({
    type: "events",
    project: PROJECT,
    events: [event(2, "node.create", { ...node(id, answered), edges: [] })],
  });
  sync.submit("node.update", { id, response: "mi" });
  sync.submit("node.update", { id, response: "mine" });
  expect(sync.node(id)).toMatchObject({ response: "mine", llmModel: null, generationId: null });

  const asked: unknown[] = [];
  sync.onSubmit(({ op }) => asked.push(...(op.op === "batch" ? op.data.ops : [op])));
  history.undo();
  history.redo();
  expect(asked).toMatchObject([
    { op: "generation.select", data: { nodeId: id, generation: "g" } },
    { op: "node.update", data: { id, response: "mine" } },
  ]);
});

test("what the server refused cannot be taken back", async () => {
  const { sync, socket, history } = await begun();
  const { id } = sync.submit("node.create", { prompt: "no", position: POSITION });
  await quiet();
  socket.hear({ type: "nack", id, code: "limit_reached", detail: "too many nodes", retryable: false });

  expect(history.undo()).toBe("nothing");
});

test("what was done together is taken back and repeated together, however much it is, without what was refused", async () => {
  const { sync, socket, history } = await begun();
  const sizes: number[] = [];
  sync.onSubmit(({ op }) => sizes.push(op.op === "batch" ? op.data.ops.length : 1));
  history.together(() => {
    for (let at = 0; at < 1_100; at += 1) sync.submit("node.create", { prompt: "one of many", position: POSITION });
  });
  sizes.length = 0;
  expect(history.undo()).toBe("done");
  expect(sync.graph()?.nodes.size).toBe(0);
  expect(history.undo()).toBe("nothing");
  expect(history.redo()).toBe("done");
  expect(history.redo()).toBe("nothing");
  expect(sizes).toEqual([500, 500, 100, 500, 500, 100]);

  let refused = "";
  history.together(() => {
    refused = sync.submit("node.create", { prompt: "no", position: POSITION }).id;
    sync.submit("node.create", { prompt: "yes", position: POSITION });
  });
  await quiet();
  socket.hear({ type: "nack", id: refused, code: "limit_reached", detail: "too many nodes", retryable: false });
  expect(history.undo()).toBe("done");
});

test("a change after undoing forgets what could be repeated", async () => {
  const { sync, history } = await begun();
  sync.submit("node.create", { prompt: "a", position: POSITION });
  history.undo();
  sync.submit("node.create", { prompt: "b", position: POSITION });

  expect(history.redo()).toBe("nothing");
});

test("whatever was done, undoing all of it leads back, and redoing all of it forth", async () => {
  for (let seed = 0; seed < 40; seed += 1) {
    const random = seeded(seed);
    const { sync, history } = await begun();
    const before = seen(sync.graph());
    for (let step = 0; step < 25; step += 1) {
      vi.advanceTimersByTime(LATER_MS);
      anything(sync, random);
    }
    const after = seen(sync.graph());

    while (history.undo() !== "nothing");
    expect(seen(sync.graph()), `seed ${seed}`).toEqual(before);
    while (history.redo() !== "nothing");
    expect(seen(sync.graph()), `seed ${seed}`).toEqual(after);
  }
});

/** One change of somebody who tries things out; some of them change nothing. */
function anything(sync: ProjectSync, random: () => number): void {
  const graph = sync.graph();
  const nodes: NodeView[] = [...(graph?.nodes.values() ?? [])];
  const edges = [...(graph?.edges.values() ?? [])];
  if (nodes.length < 3 || random() < 0.3) {
    const some = nodes.filter(() => random() < 0.4).map(({ id }) => id);
    sync.submit("node.create", { prompt: "new", position: POSITION, ...(some.length > 0 && { parentIds: some }) });
    return;
  }
  const id = pick(random, nodes)?.id ?? "";
  const edge = pick(random, edges);
  const change = pick(random, [
    () => sync.submit("node.move", { positions: [{ id, x: Math.round(random() * 100), y: 0 }] }),
    () => sync.submit("node.update", { id, prompt: `prompt ${random()}` }),
    () => sync.submit("node.update", { id, pinned: random() < 0.5 }),
    () => sync.submit("node.delete", { id }),
    () => edge && sync.submit("edge.delete", { id: edge.id }),
    () => edge && sync.submit("edge.update", { id: edge.id, policy: "EXCLUDE" }),
  ]);
  change?.();
}

test("what the server made on our wish is taken back as one step, and comes back", async () => {
  const { sync, socket, history } = await begun();
  const ids = ["0190c0de-0000-7000-8000-0000000000b1", "0190c0de-0000-7000-8000-0000000000b2"];
  const created = ids.map((id) => ({ op: "node.create", data: { ...node(id), edges: [] } }));
  socket.hear({ type: "events", project: PROJECT, events: [event(2, "batch", { ops: created })] });
  await quiet();
  history.made(ids);

  expect(history.undo()).toBe("done");
  expect(sync.graph()?.nodes.size).toBe(0);
  expect(history.redo()).toBe("done");
  expect(sync.graph()?.nodes.size).toBe(2);
});
