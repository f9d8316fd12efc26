import { describe, expect, it } from "vitest";

import { applyEvent, applyStaleness } from "../../src/sync/apply.ts";
import { Generations } from "../../src/sync/generations.ts";
import { Graph } from "../../src/sync/graph.ts";
import {
  stateHash,
  type Delta,
  type EventBody,
  type GenerationChange,
  type GraphView,
  type Snapshot,
} from "../../src/sync/index.ts";
import { named, touches } from "../../src/sync/ops.ts";
import { bench, EPOCH, event, node, PROJECT, snapshot } from "./kit/bench.ts";
import { quiet } from "./kit/clock.ts";
import { seeded } from "./kit/random.ts";

const delta = { type: "delta", project: PROJECT, node: "n", generation: "g" } as const;

function change(data: Partial<GenerationChange> = {}): GenerationChange {
  return {
    nodeId: "n",
    generation: "g",
    state: "QUEUED",
    nodeStatus: "GENERATING",
    version: 2,
    updatedAt: "",
    ...data,
  };
}

const start = (seq: number, data: Partial<GenerationChange> = {}) => event(seq, "generation.start", change(data));
const end = (seq: number, data: Partial<GenerationChange> = {}) =>
  event(
    seq,
    "generation.end",
    change({ state: "COMPLETED", nodeStatus: "COMPLETED", version: 3, response: "Yes", ...data }),
  );

const writing = (change: Partial<Snapshot["generations"][number]> = {}): Partial<Snapshot> => ({
  graph: snapshot([node("n")]).graph,
  generations: [{ node: "n", generation: "g", chunk: 1, text: "So ", ...change }],
});

describe("an answer being written", () => {
  it("is there, empty, from its start on, and grows without gaps", async () => {
    const { sync, join } = await bench();
    const socket = await join(snapshot([node("n")]));
    socket.hear({ type: "events", project: PROJECT, events: [start(2)] });
    expect([...sync.generations.running().values()]).toEqual([{ node: "n", generation: "g", chunk: null, text: "" }]);
    expect(sync.node("n")?.status).toBe("GENERATING");

    socket.hear({ ...delta, chunk: 0, text: "So " });
    socket.hear({ ...delta, chunk: 0, text: "again " });
    socket.hear({ ...delta, chunk: 1, text: "it " });
    socket.hear({ ...delta, from: 2, chunk: 5, text: "goes" });
    expect(sync.generations.running().get("g")).toEqual({ node: "n", generation: "g", chunk: 5, text: "So it goes" });
  });

  it("goes on where a snapshot or a tail has it, from nothing too, and may come before its start", async () => {
    const { sync, join } = await bench();
    const socket = await join(writing());
    socket.hear({ ...delta, chunk: 2, text: "it goes" });
    socket.hear({ ...delta, generation: "h", from: 0, chunk: 3, text: "Early" });
    socket.hear({ type: "events", project: PROJECT, events: [start(2, { generation: "h" })] });
    expect([...sync.generations.running().values()].map(({ text }) => text)).toEqual(["So it goes", "Early"]);

    const empty = await bench();
    const other = await empty.join(writing({ chunk: null, text: "" }));
    other.hear({ ...delta, chunk: 0, text: "Well" });
    expect(empty.sync.generations.running().get("g")?.text).toBe("Well");
  });

  it("waits when something is missing, and asks again only if it does not come", async () => {
    const { clock, sync, join } = await bench();
    const socket = await join(writing());
    socket.hear({ ...delta, chunk: 3, text: "!" });
    await clock.advance(1_000);
    socket.hear({ ...delta, from: 2, chunk: 4, text: "it goes!?" });
    await clock.advance(3_000);
    expect(sync.generations.running().get("g")?.text).toBe("So it goes!?");
    expect(socket.of("subscribe")).toHaveLength(1);

    socket.hear({ ...delta, chunk: 6, text: "…" });
    socket.hear({ ...delta, chunk: 7, text: "…" });
    await clock.advance(3_000);
    expect(socket.of("subscribe").slice(1)).toEqual([{ type: "subscribe", project: PROJECT, epoch: EPOCH, since: 1 }]);
    const generations = [{ node: "n", generation: "g", chunk: 7, text: "So it goes on" }];
    socket.hear({ type: "tail", project: PROJECT, epoch: EPOCH, from: 1, events: [], presence: [], generations });
    expect(sync.generations.running().get("g")?.text).toBe("So it goes on");
    expect(sync.generations.isBehind).toBe(false);
  });

  it("that ends is in the node from then on, with what is the node's alone, and is missed no more", async () => {
    const { clock, sync, join } = await bench();
    const socket = await join(writing());
    socket.hear({ ...delta, chunk: 3, text: "!" });
    const recipe = { fingerprint: "f", model: "m", maxTokens: 100, contextTokens: 1_000, by: "u" };
    const ended = end(2, { llmModel: "m", llmTokens: 3, llmCost: null, generationId: "g", refresh: "r", recipe });
    socket.hear({ type: "events", project: PROJECT, events: [ended] });
    await clock.advance(10_000);

    expect(sync.generations.running().size).toBe(0);
    const after = {
      status: "COMPLETED",
      response: "Yes",
      version: 3,
      updatedAt: "",
      llmModel: "m",
      llmTokens: 3,
      generationId: "g",
    } as const;
    expect(sync.node("n")).toEqual(node("n", after));
    expect(socket.of("subscribe")).toHaveLength(1);
  });

  it("begins and ends inside a batch, too, and not at all where the answer existed", () => {
    const generations = new Generations();
    const ops = [start(2), start(2, { generation: "h" }), start(2, { generation: "old", state: "COMPLETED" })];
    generations.follow(event(2, "batch", { ops }));
    expect([...generations.running().keys()]).toEqual(["g", "h"]);

    generations.follow(
      event(3, "batch", {
        ops: [event(3, "generation.cancel", change({ state: "CANCELLED" })), end(3, { generation: "h" })],
      }),
    );
    expect(generations.running().size).toBe(0);
  });

  it("is whole for every reader, however the server merged what it told", () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const random = seeded(seed);
      const words = Array.from({ length: 30 }, (_, index) => `w${index} `);
      const generations = new Generations();
      let told = Math.floor(random() * 10);
      generations.replace([
        { node: "n", generation: "g", chunk: told === 0 ? null : told - 1, text: words.slice(0, told).join("") },
      ]);
      while (told < words.length) {
        const next = Math.min(words.length, told + 1 + Math.floor(random() * 4));
        const text = words.slice(told, next).join("");
        const frame: Delta = { ...delta, chunk: next - 1, ...(next - told > 1 && { from: told }), text };
        for (let times = random() < 0.2 ? 2 : 1; times > 0; times -= 1) expect(generations.apply(frame)).toBe(true);
        told = next;
      }
      expect(generations.running().get("g")?.text).toBe(words.join(""));
    }
  });
});

describe("events", () => {
  const graph = () =>
    new Graph({
      ...snapshot([node("a", { status: "COMPLETED", version: 4 }), node("b", { status: "STALE", version: 5 })]).graph,
    });

  it("make answers stale and fresh, after what they change themselves, and leave versions as they are", async () => {
    const { sync, join } = await bench();
    const socket = await join(
      snapshot([node("a", { status: "COMPLETED", version: 4 }), node("b", { status: "STALE", version: 5 })]),
    );
    const changed = event(
      2,
      "node.update",
      { id: "a", version: 5, response: "new", status: "COMPLETED" },
      { stale: ["a", "gone"], fresh: ["b"] },
    );
    socket.hear({ type: "events", project: PROJECT, events: [changed] });

    expect(sync.node("a")).toMatchObject({ status: "STALE", version: 5, response: "new" });
    expect(sync.node("b")).toMatchObject({ status: "COMPLETED", version: 5 });
    expect(sync.state().status).toBe("live");
  });

  it("of refreshes and instructions change only that", () => {
    for (const body of [
      { op: "refresh.start", data: { refresh: "r", stale: 1 } },
      { op: "refresh.end", data: { refresh: "r", state: "COMPLETED", ran: 1 } },
      { op: "instructions.change", data: {} },
    ] satisfies EventBody[]) {
      const state = graph();
      expect(applyEvent(state, body, "")).toBe(true);
      applyStaleness(state, { stale: ["a"] });
      expect([...state.nodes.map.values()].map(({ status }) => status)).toEqual(["STALE", "STALE"]);
    }
  });

  it("put another attempt's answer back", () => {
    const state = graph();
    const selected = change({
      nodeId: "a",
      state: "COMPLETED",
      nodeStatus: "COMPLETED",
      version: 5,
      response: "first",
      generationId: "g1",
      llmTokens: null,
    });
    expect(applyEvent(state, { op: "generation.select", data: selected }, "")).toBe(true);
    expect(state.nodes.get("a")).toMatchObject({ response: "first", generationId: "g1", version: 5 });
    expect(applyEvent(state, { op: "generation.select", data: { ...selected, nodeId: "gone" } }, "")).toBe(false);
  });
});

describe("asking for an answer", () => {
  it("shows at once that it is being written, until the server refuses", async () => {
    const { sync, join } = await bench();
    const socket = await join(snapshot([node("n")]));
    const { id } = sync.submit("generation.start", { nodeId: "n", temperature: 0.5 });
    sync.submit("generation.start", { nodeId: "gone" });
    await quiet();
    expect(socket.of("op")[0]).toMatchObject({ id, op: "generation.start", data: { nodeId: "n", temperature: 0.5 } });
    expect(sync.node("n")).toEqual(node("n", { status: "GENERATING" }));

    socket.hear({ type: "nack", id, code: "budget_exceeded", detail: "", retryable: false });
    expect(sync.node("n")?.status).toBe("IDLE");
  });

  it("is confirmed by its event, and what comes of it is shown", async () => {
    const { sync, join } = await bench();
    const socket = await join(snapshot([node("n")]));
    const { id } = sync.submit("generation.start", { nodeId: "n" });
    await quiet();
    socket.hear({ type: "events", project: PROJECT, events: [{ ...start(2), opId: id }, end(3)] });

    expect(sync.state().pending).toBe(0);
    expect(sync.node("n")).toMatchObject({ status: "COMPLETED", response: "Yes", version: 3 });
  });

  it("and taking that back predict nothing, and keep to the order of what is about the node", async () => {
    const { sync, join } = await bench();
    const socket = await join(snapshot([node("n", { status: "GENERATING" })]));
    const before = sync.node("n");
    sync.submit("generation.cancel", { nodeId: "n" });
    sync.submit("generation.select", { nodeId: "n", generation: "g" });
    await quiet();
    expect(sync.node("n")).toEqual(before);
    expect(socket.of("op").map(({ op }) => op)).toEqual(["generation.cancel"]);

    const entry = named({ op: "generation.select", data: { nodeId: "n", generation: "g" } }, () => "op");
    expect(touches(entry, () => [])).toEqual(["n"]);
  });

  it("is ended by a change of text that says so, of which the node shows only the change", async () => {
    const { sync, join } = await bench();
    const socket = await join(snapshot([node("n", { status: "GENERATING", generationId: "g" })]));
    sync.submit("node.update", { id: "n", response: "mine", whileGenerating: "CANCEL", pinned: true });
    await quiet();

    expect(socket.of("op")[0]?.data).toMatchObject({ whileGenerating: "CANCEL", baseVersion: 1 });
    const { updatedAt, ...shown } = sync.node("n") ?? node("");
    expect(updatedAt).not.toBe("");
    expect(shown).toMatchObject({ response: "mine", status: "COMPLETED", generationId: null, pinned: true });
    expect(Object.keys(shown).sort()).toEqual(
      Object.keys(node("n"))
        .filter((key) => key !== "updatedAt")
        .sort(),
    );
  });
});

it("the fingerprint of a state covers what models are asked with", async () => {
  const hashOf = ({ project, nodes }: GraphView) =>
    stateHash({ project, nodes: new Map(nodes.map((one) => [one.id, one])), edges: new Map() });
  const base = snapshot([node("n")]).graph;
  const others: GraphView[] = [
    ...[{ presetId: "p" }, { model: "m" }, { fallbackModels: ["m"] }].map((other) => ({
      ...base,
      project: { ...base.project, ...other },
    })),
    ...[{ pinned: true }, { settings: { model: "m" } }, { role: "SYSTEM" as const }, { generationId: "g" }].map(
      (other) => ({
        ...base,
        nodes: [node("n", other)],
      }),
    ),
  ];
  const hashes = await Promise.all([base, ...others].map(hashOf));
  expect(new Set(hashes).size).toBe(hashes.length);
});
