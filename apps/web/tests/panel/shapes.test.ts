// @vitest-environment jsdom
import { describe, expect, test } from "vitest";

import type { CanvasGraph, EdgePolicy, EdgeView, NodeView } from "../../src/sync/index.ts";
import { differences } from "../../src/project/differences.ts";
import { changesBetween } from "../../src/panel/context/changes.ts";
import { sharesOf, waysOf, whyOf, type Item } from "../../src/panel/context/shape.ts";
import { formatOf } from "../../src/panel/data/format.ts";
import type { Manifest } from "../../src/panel/data/queries.ts";
import { contextStamp, nodeStamp, usageStamp } from "../../src/project/stamps.ts";
import { endOf } from "../../src/panel/refresh/refreshing.ts";
import { titleOf } from "../../src/project/title.ts";
import { barsOf, spentShare } from "../../src/panel/usage/shape.ts";
import { pick, seeded } from "../sync/kit/random.ts";

const item = (nodeId: string, fields: Partial<Item> = {}): Item => ({
  nodeId,
  version: 1,
  entered: "FULL",
  tokens: 10,
  ...fields,
});

const manifest = (items: Item[], fields: Partial<Manifest> = {}): Manifest => ({
  model: "test/model",
  temperature: null,
  maxTokens: 100,
  tokens: 60,
  tokensMax: 1_000,
  systemTokens: 10,
  items,
  nodeVersion: 1,
  promptTokens: 20,
  fingerprint: "f",
  ...fields,
});

describe("why an answer is out of date", () => {
  test("what is certain comes alone", () => {
    const sent = manifest([item("a"), item("b", { version: 3 }), item("c")]);
    const now = manifest([item("a", { tokens: 12, version: 2 }), item("b", { version: 4 }), item("d")]);
    expect(changesBetween(sent, now)).toEqual([
      { what: "edited", node: "a" },
      { what: "added", node: "d" },
      { what: "gone", node: "c" },
    ]);
  });

  test("another version is named when nothing else explains it", () => {
    expect(changesBetween(manifest([item("a")]), manifest([item("a", { version: 2 })]))).toEqual([
      { what: "edited", node: "a" },
    ]);
    expect(changesBetween(manifest([]), manifest([], { nodeVersion: 2 }))).toEqual([{ what: "other" }]);
  });

  test("how an ancestor enters, the order, and what stands around", () => {
    const sent = manifest([item("a"), item("b")]);
    expect(changesBetween(sent, manifest([item("b"), item("a")]))).toEqual([{ what: "order" }]);
    expect(changesBetween(sent, manifest([item("a", { entered: "EXCLUDED", tokens: 0 }), item("b")]))).toEqual([
      { what: "entered", node: "a", now: "EXCLUDED" },
    ]);
    expect(
      changesBetween(sent, { ...sent, model: "test/other", temperature: 1, systemTokens: 11, promptTokens: 21 }),
    ).toEqual([
      { what: "model", model: "test/other" },
      { what: "settings" },
      { what: "instructions" },
      { what: "prompt" },
    ]);
  });

  test("what is not sent does not matter", () => {
    const out = (version: number) => [item("a", { entered: "EXCLUDED", version, tokens: version }), item("b")];
    expect(changesBetween(manifest(out(1)), manifest(out(2)))).toEqual([{ what: "other" }]);
  });
});

describe("a context", () => {
  test("its shares are the window", () => {
    const shares = sharesOf(manifest([]));
    expect(shares.map(({ part, tokens }) => [part, tokens])).toEqual([
      ["instructions", 10],
      ["ancestors", 30],
      ["prompt", 20],
      ["left", 940],
    ]);
  });

  test("why an ancestor did not enter whole", () => {
    expect(whyOf(item("a"))).toBeNull();
    expect(whyOf(item("a", { entered: "EMPTY" }))).toBe("empty");
    expect(whyOf(item("a", { entered: "SUMMARY", because: "POLICY" }))).toBe("policy");
    expect(whyOf(item("a", { entered: "SUMMARY", because: "BUDGET" }))).toBe("budget");
    expect(whyOf(item("a", { entered: "CUT", because: "BUDGET" }))).toBe("cut");
  });

  test("the ways from an ancestor are those that lead to the node", () => {
    const graph = graphOf(["a", "b", "c", "d", "aside"], ["a>b", "a>c", "b>d", "c>d", "a>aside"]);
    const ways = waysOf(graph, "d");
    expect([...ways.keys()].sort()).toEqual(["a", "b", "c"]);
    expect(ways.get("a")?.map(({ id }) => id)).toEqual(["a>b", "a>c"]);
  });
});

describe("a stamp changes exactly when what it stands for does", () => {
  const names = ["a", "b", "c", "d", "aside"];
  const edges = ["a>b", "a>c", "b>d", "c>d", "a>aside"];
  const graph = graphOf(names, edges);
  const stamp = contextStamp(graph, "d");

  test.each<[string, Partial<NodeView>]>([
    ["prompt", { prompt: "another" }],
    ["response", { response: "another" }],
    ["summary", { summary: "another" }],
    ["pinned", { pinned: true }],
  ])("%s of an ancestor", (_, fields) => {
    expect(contextStamp(graphOf(names, edges, { a: fields }), "d")).not.toBe(stamp);
    expect(contextStamp(graphOf(names, edges, { aside: fields }), "d")).toBe(stamp);
  });

  test("where things stand does not matter", () => {
    const moved = { position: { x: 9, y: 9 }, version: 7, updatedAt: "later" };
    expect(contextStamp(graphOf(names, edges, { a: moved, d: moved }), "d")).toBe(stamp);
  });

  test("edges and their policies towards the node", () => {
    expect(contextStamp(graphOf(names, ["a>b", "b>d", "c>d", "a>aside"]), "d")).not.toBe(stamp);
    expect(contextStamp(graphOf(names, ["a>b", "a>c", "b>d", "c>d"]), "d")).toBe(stamp);
    expect(contextStamp(graphOf(names, edges, {}, { "a>b": "EXCLUDE" }), "d")).not.toBe(stamp);
    expect(contextStamp(graphOf(names, edges, {}, { "a>aside": "EXCLUDE" }), "d")).toBe(stamp);
  });

  test("instructions, and how the node itself stands", () => {
    const other = { ...graph, project: { ...graph.project, systemPrompt: "another" } };
    expect(contextStamp(other, "d")).not.toBe(stamp);
    expect(contextStamp(graphOf(names, edges, { d: { status: "STALE" } }), "d")).not.toBe(stamp);
    expect(contextStamp(graphOf(names, edges, { a: { status: "STALE" } }), "d")).toBe(stamp);
    expect(nodeStamp(graph, "nobody")).toBe("gone");
  });

  test("usage counts generations", () => {
    const before = usageStamp(graph);
    expect(usageStamp(graphOf(names, edges, { a: { prompt: "another" } }))).toBe(before);
    expect(usageStamp(graphOf(names, edges, { a: { status: "GENERATING" } }))).not.toBe(before);
    expect(usageStamp(graphOf(names, edges, { a: { generationId: "g" } }))).not.toBe(before);
  });
});

describe("usage", () => {
  const sum = (key: string | null, tokens: number, cost = 0) => ({
    key,
    generations: 1,
    tokens: { input: tokens, cached: 0, output: 0 },
    cost,
  });

  test("bars are by cost where anything costs, else by tokens", () => {
    expect(barsOf([sum("a", 100), sum("b", 50)]).map(({ share }) => share)).toEqual([1, 0.5]);
    expect(barsOf([sum("a", 10, 4), sum("b", 500, 1)]).map(({ share }) => share)).toEqual([1, 0.25]);
    expect(barsOf([sum("a", 0)]).map(({ share }) => share)).toEqual([0]);
    expect(barsOf([])).toEqual([]);
  });

  test("what is beyond the last bar is one, whoever summed it up", () => {
    const bars = barsOf([sum("a", 9), sum("b", 5), sum("c", 2), sum(null, 1)], 2);
    expect(bars.map(({ key, tokens, calls }) => [key, tokens, calls])).toEqual([
      ["a", 9, 1],
      ["b", 5, 1],
      [null, 3, 2],
    ]);
  });

  test("a limit of nothing is used up", () => {
    expect(spentShare(0, 0)).toBe(1);
    expect(spentShare(5, 10)).toBe(0.5);
    expect(spentShare(50, 10)).toBe(1);
  });
});

describe("differences of texts", () => {
  test("the runs are both texts, and no shorter way between them is missed", () => {
    const next = seeded(3);
    for (let round = 0; round < 2_000; round += 1) {
      const text = () =>
        Array.from({ length: Math.floor(next() * 12) }, () => pick(next, ["a ", "b ", "c\n", "d "]) ?? "").join("");
      const [a, b] = [text(), text()];
      const runs = differences(a, b);
      const side = (which: "a" | "b") =>
        runs
          .filter((run) => run.in === "both" || run.in === which)
          .map((run) => run.text)
          .join("");
      expect(side("a")).toBe(a);
      expect(side("b")).toBe(b);
      const words = (which: string) =>
        runs.filter((run) => run.in === which).flatMap((run) => run.text.match(/\S+\s*/g) ?? []).length;
      expect(words("both")).toBe(longestCommon(a.match(/\S+\s*/g) ?? [], b.match(/\S+\s*/g) ?? []));
    }
  });

  test("texts that have little in common stand whole", () => {
    const long = (word: string) => Array.from({ length: 3_000 }, (_, place) => `${word}${place}`).join(" ");
    expect(differences(long("a"), long("b")).map((run) => run.in)).toEqual(["a", "b"]);
  });
});

test("the end of a refresh is found by itself and in a batch", () => {
  const end = { refresh: "r", state: "COMPLETED", ran: 2 };
  const found = { is: "ended", ran: 2, left: 0, whole: true };
  expect(endOf("refresh.end", end, "r")).toEqual(found);
  expect(
    endOf(
      "batch",
      {
        ops: [
          { op: "generation.end", data: {} },
          { op: "refresh.end", data: end },
        ],
      },
      "r",
    ),
  ).toEqual(found);
  expect(endOf("refresh.end", end, "another")).toBeNull();
  expect(endOf("refresh.end", { refresh: "r", state: "FAILED", ran: 0, left: ["a", "b"] }, "r")).toEqual({
    is: "ended",
    ran: 0,
    left: 2,
    whole: false,
  });
});

test("titles are the first words, without marks", () => {
  const named = (prompt: string, untitled = "-") => titleOf({ prompt }, untitled);
  expect(named("\n\n## What is *this*?\nMore")).toBe("What is this?");
  expect(named("What is 2*3*4 in a_name_like_this?")).toBe("What is 2*3*4 in a_name_like_this?");
  expect(named("---\n", "Empty")).toBe("Empty");
  expect(named("word ".repeat(40))).toMatch(/^word .{50,60}…$/);
  expect(titleOf({ prompt: "Why?", title: "Reasons" })).toBe("Reasons");
});

test("amounts as people write them", () => {
  const { money, duration } = formatOf("en");
  expect([0, 0.0000123, 0.05, 1.5].map(money)).toEqual(["$0.00", "$0.000012", "$0.05", "$1.50"]);
  expect([24, 1_340, 90_000].map(duration)).toEqual(["24 ms", "1.3 sec", "1.5 min"]);
});

function longestCommon(a: readonly string[], b: readonly string[]): number {
  let row = Array<number>(b.length + 1).fill(0);
  for (const word of a) {
    const next = [0];
    for (let at = 1; at <= b.length; at += 1) {
      next.push(word === b[at - 1] ? (row[at - 1] ?? 0) + 1 : Math.max(row[at] ?? 0, next[at - 1] ?? 0));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** Nodes by their names, and edges such as `a>b`. */
function graphOf(
  names: readonly string[],
  edges: readonly string[],
  nodes: Record<string, Partial<NodeView>> = {},
  policies: Record<string, EdgePolicy> = {},
): CanvasGraph {
  const project: CanvasGraph["project"] = {
    id: "p",
    name: "P",
    description: null,
    systemPrompt: null,
    ownerId: null,
    isPublic: false,
    isListed: false,
    layout: null,
    viewport: null,
    presetId: null,
    model: null,
    fallbackModels: [],
    role: "OWNER",
    version: 1,
    createdAt: "",
    updatedAt: "",
    deletedAt: null,
  };
  const node = (id: string): NodeView => ({
    id,
    prompt: id,
    response: null,
    summary: null,
    status: "IDLE",
    position: { x: 0, y: 0 },
    metadata: null,
    llmModel: null,
    llmTokens: null,
    llmCost: null,
    pinned: false,
    generationId: null,
    version: 1,
    createdAt: "",
    updatedAt: "",
    ...nodes[id],
  });
  const edge = (id: string): EdgeView => {
    const [sourceId = "", targetId = ""] = id.split(">");
    return { id, sourceId, targetId, policy: policies[id] ?? "FULL", version: 1, createdAt: "" };
  };
  return {
    project,
    nodes: new Map(names.map((name) => [name, node(name)])),
    edges: new Map(edges.map((name) => [name, edge(name)])),
    members: new Map(),
    rights: [],
  };
}
