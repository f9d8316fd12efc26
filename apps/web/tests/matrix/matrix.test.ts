import { expect, it } from "vitest";

import { cellCount, CELLS_MAX, gridOf, linesOf, made, type Plan } from "../../src/matrix/make.ts";
import { matrixIn } from "../../src/project/matrix.ts";
import { boxOf, overlaps } from "../../src/project/sizes.ts";
import type { CanvasGraph, EdgePolicy, NodeView } from "../../src/sync/index.ts";
import { edge, graph, node } from "../project/kit.ts";

const plan: Plan = {
  title: "Where to live",
  rows: ["Lyon", "Nantes", "Lille"],
  columns: [
    { name: "Rent", model: null },
    { name: "Work", model: null },
  ],
  prompt: "Assess this.",
  parents: ["goal"],
};

/** The graph that these operations make. */
function graphOf(wanted: Plan): { whole: CanvasGraph; frame: string } {
  const { ops, frame } = made(wanted, { x: 100, y: 50 });
  const nodes: NodeView[] = [node("goal")];
  const edges = ops.flatMap(({ op, data }) => {
    if (op !== "edge.create") return [];
    const { sourceId, targetId, policy } = data as { sourceId: string; targetId: string; policy: EdgePolicy };
    return [edge(`${sourceId}>${targetId}`, { policy })];
  });
  for (const { id, op, data } of ops) {
    if (op !== "node.create") continue;
    const { attachments: _, ...said } = data;
    nodes.push(node(id ?? "", said));
  }
  return { whole: graph(nodes, edges), frame };
}

it("is made of a frame, heads and a question for each pair, in which nothing covers anything", () => {
  const { whole, frame } = graphOf(plan);
  const boxes = [...whole.nodes.values()].filter(({ frameId }) => frameId === frame).map(boxOf);
  expect(boxes).toHaveLength(3 + 2 + 6);
  for (const one of boxes) for (const other of boxes) if (one !== other) expect(overlaps(one, other)).toBe(false);
  const around = whole.nodes.get(frame);
  const outer = around === undefined ? null : boxOf(around);
  for (const box of boxes)
    expect(
      outer !== null && box.x + box.width <= outer.x + outer.width && box.y + box.height <= outer.y + outer.height,
    ).toBe(true);
  expect(gridOf(plan).height).toBeGreaterThan(1_000);
});

it("is read again from its nodes alone, with rows and columns in their order", () => {
  const { whole, frame } = graphOf(plan);
  const matrix = matrixIn(whole, frame);
  expect(matrix?.rows.map(({ prompt }) => prompt)).toEqual(plan.rows);
  expect(matrix?.columns.map(({ prompt }) => prompt)).toEqual(["Rent", "Work"]);
  expect(matrix?.cells).toHaveLength(6);
  const [row, column] = [matrix?.rows[1]?.id ?? "", matrix?.columns[1]?.id ?? ""];
  const parents = [...whole.edges.values()].filter(({ targetId }) => targetId === matrix?.cell(row, column)?.id);
  expect(parents.map(({ sourceId }) => sourceId)).toEqual([row, column]);
});

it("asks models without telling them who they are", () => {
  const models = plan.rows.map((name) => ({ name, model: `test/${name}` }));
  const { whole, frame } = graphOf({ ...plan, columns: models });
  const matrix = matrixIn(whole, frame);
  const into = [...whole.edges.values()].filter(({ targetId }) => targetId === matrix?.cells[0]?.id);
  expect(into.map(({ policy }) => policy)).toEqual(["FULL", "EXCLUDE"]);
  expect(matrix?.cells[0]?.settings).toEqual({ model: "test/Lyon" });
});

it("is not seen in a frame that holds anything else", () => {
  const held = { frameId: "f" };
  const nodes = [node("f", { kind: "FRAME" }), node("a", held), node("b", held), node("c", held), node("d", held)];
  expect(matrixIn(graph(nodes, ["a>b"]), "f")).toBeNull();
  // A cell that is a head as well.
  expect(matrixIn(graph(nodes, ["a>c", "b>c", "a>d", "c>d"]), "f")).toBeNull();
  expect(matrixIn(graph(nodes), "a")).toBeNull();
});

it("takes a line for each row and column, as many as fit in one operation", () => {
  expect(linesOf(" one \n\n two\n")).toEqual(["one", "two"]);
  const rows = Array.from({ length: 10 }, (_, at) => `${at}`);
  const largest = { ...plan, rows, columns: rows.map((name) => ({ name, model: null })) };
  expect(cellCount(largest)).toBe(CELLS_MAX);
  expect(made(largest, { x: 0, y: 0 }).ops.length).toBeLessThanOrEqual(500);
});
