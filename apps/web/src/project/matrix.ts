import type { CanvasGraph, NodeView } from "../sync/index.ts";
import { shapeOf } from "./graph.ts";
import { isAsked, isFrame } from "./kinds.ts";

/** The window that shows the matrix that is selected as a table. */
export const MATRIX_TABLE = "matrix-table";

/**
 * A frame in which every question is based on two others, the head of its row and that of its column. It is made of
 * ordinary nodes: what is written, connected or deleted there changes the matrix.
 */
export interface Matrix {
  readonly rows: readonly NodeView[];
  readonly columns: readonly NodeView[];
  readonly cell: (row: string, column: string) => NodeView | undefined;
  readonly cells: readonly NodeView[];
}

/** One question with two parents is a synthesis. */
const CELLS_MIN = 2;

interface Cell {
  readonly node: NodeView;
  readonly heads: readonly [string, string];
}

/** The matrix in a frame, or null where it holds anything else. */
export function matrixIn(graph: CanvasGraph, frame: string): Matrix | null {
  if (!isFrame(graph.nodes.get(frame))) return null;
  const held = new Map(
    [...graph.nodes.values()].filter((node) => node.frameId === frame).map((node) => [node.id, node]),
  );
  const cells = [...held.values()].flatMap((node): Cell[] => {
    const heads = (shapeOf(graph).into.get(node.id) ?? []).map(({ sourceId }) => sourceId).filter((id) => held.has(id));
    const [one, other] = heads;
    return isAsked(node) && one !== undefined && other !== undefined && heads.length === 2
      ? [{ node, heads: [one, other] }]
      : [];
  });
  // Heads rest on nothing here: otherwise it is a graph like any other.
  const isHead = (id: string) => (shapeOf(graph).into.get(id) ?? []).every(({ sourceId }) => !held.has(sourceId));
  if (cells.length < CELLS_MIN || !cells.every(({ heads }) => heads.every(isHead))) return null;
  const sides = sidesOf(cells);
  if (sides === null) return null;
  const listed = (ids: Iterable<string>) => [...ids].flatMap((id) => held.get(id) ?? []);
  const [one, other] = sides.map(listed) as [NodeView[], NodeView[]];
  // Wherever a layout put them, what stands further left heads the rows.
  const [rows, columns] = middle(one) <= middle(other) ? [one, other] : [other, one];
  const byHeads = new Map(
    cells.flatMap(
      ({ node, heads: [a, b] }) =>
        [
          [`${a} ${b}`, node],
          [`${b} ${a}`, node],
        ] as const,
    ),
  );
  return {
    rows: rows.toSorted((a, b) => a.position.y - b.position.y || a.position.x - b.position.x),
    columns: columns.toSorted((a, b) => a.position.x - b.position.x || a.position.y - b.position.y),
    cell: (row, column) => byHeads.get(`${row} ${column}`),
    cells: cells.map(({ node }) => node),
  };
}

const middle = (nodes: readonly NodeView[]): number =>
  nodes.reduce((sum, { position }) => sum + position.x, 0) / nodes.length;

/** Which heads stand on one side and which on the other: no cell is based on two of the same. Null where that cannot be. */
function sidesOf(cells: readonly Cell[]): readonly [ReadonlySet<string>, ReadonlySet<string>] | null {
  const besides = new Map<string, Set<string>>();
  for (const {
    heads: [a, b],
  } of cells) {
    besides.set(a, (besides.get(a) ?? new Set()).add(b));
    besides.set(b, (besides.get(b) ?? new Set()).add(a));
  }
  const [first] = besides.keys();
  if (first === undefined) return null;
  const sides = [new Set([first]), new Set<string>()] as const;
  for (let [side, edge] = [0, [first]]; edge.length > 0; side = 1 - side) {
    const next = new Set(edge.flatMap((head) => [...(besides.get(head) ?? [])]));
    const [own, others] = side === 0 ? sides : ([sides[1], sides[0]] as const);
    if ([...next].some((head) => own.has(head))) return null;
    edge = [...next].filter((head) => !others.has(head));
    for (const head of edge) others.add(head);
  }
  return sides[0].size + sides[1].size === besides.size ? sides : null;
}
