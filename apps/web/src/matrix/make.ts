import { GAP } from "../project/places.ts";
import { answeredSize, FRAME_HEAD, FRAME_PADDING, sizeOf, type Size } from "../project/sizes.ts";
import { uuidv7, type BatchedOp } from "../sync/index.ts";

/** What a matrix is made from. */
export interface Plan {
  readonly title: string;
  readonly rows: readonly string[];
  readonly columns: readonly Column[];
  /** What is asked in every cell. */
  readonly prompt: string;
  /** What all of it is based on. */
  readonly parents: readonly string[];
}

/** A criterion, which is sent to the model; or a model, which is asked and told nothing of it. */
export interface Column {
  readonly name: string;
  readonly model: string | null;
}

/** All of it goes as one operation, which holds 500. */
export const CELLS_MAX = 100;

const SPACE = GAP / 2;

/** The lines of a field, without empty ones. */
export const linesOf = (text: string): readonly string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

export const cellCount = ({ rows, columns }: Pick<Plan, "rows" | "columns">): number => rows.length * columns.length;

interface Grid extends Size {
  readonly headHeight: number;
  readonly rowHeights: readonly number[];
  readonly width: number;
  readonly cellWidth: number;
}

/** How large everything becomes, with room for answers. */
export function gridOf({ rows, columns, prompt }: Plan): Grid {
  const cell = answeredSize({ prompt });
  const headHeight = Math.max(...columns.map(({ name }) => noteSize(name).height));
  const rowHeights = rows.map((row) => Math.max(cell.height, noteSize(row).height));
  const all = rowHeights.reduce((sum, height) => sum + height + SPACE, headHeight);
  return {
    headHeight,
    rowHeights,
    cellWidth: cell.width,
    width: (columns.length + 1) * (cell.width + SPACE) - SPACE + 2 * FRAME_PADDING,
    height: all + FRAME_HEAD + FRAME_PADDING,
  };
}

const noteSize = (prompt: string): Size => sizeOf({ prompt, kind: "NOTE" });

export interface Made {
  readonly ops: readonly BatchedOp[];
  readonly frame: string;
  readonly cells: readonly string[];
}

/** The operations that make a matrix at a place: a frame, the heads of rows and columns, and a question for each pair. */
export function made(plan: Plan, { x, y }: { x: number; y: number }): Made {
  const grid = gridOf(plan);
  const { headHeight, rowHeights, cellWidth, width, height } = grid;
  const frame = uuidv7();
  const columnX = (place: number) => Math.round(x + FRAME_PADDING + place * (cellWidth + SPACE));
  const top = Math.round(y + FRAME_HEAD);
  const rowY = (place: number) =>
    Math.round(rowHeights.slice(0, place).reduce((sum, each) => sum + each + SPACE, top + headHeight + SPACE));
  const note = (prompt: string, at: { x: number; y: number }) => {
    const id = uuidv7();
    const op: BatchedOp = { id, op: "node.create", data: { prompt, kind: "NOTE", position: at, frameId: frame } };
    return { id, op };
  };
  const rows = plan.rows.map((row, place) => note(row, { x: columnX(0), y: rowY(place) }));
  const columns = plan.columns.map(({ name }, place) => note(name, { x: columnX(place + 1), y: top }));
  const grounds = rows.flatMap(({ id }) => plan.parents.map((parent) => edge(parent, id, "FULL")));
  const cells = rows.flatMap((row, at) =>
    plan.columns.map(({ model }, place) => {
      const id = uuidv7();
      const data = {
        prompt: plan.prompt,
        position: { x: columnX(place + 1), y: rowY(at) },
        frameId: frame,
        ...(model !== null && { settings: { model } }),
      };
      const column = columns[place]?.id ?? "";
      const ops: BatchedOp[] = [
        { id, op: "node.create", data },
        edge(row.id, id, "FULL"),
        edge(column, id, model === null ? "FULL" : "EXCLUDE"),
      ];
      return { id, ops };
    }),
  );
  const size = { width: Math.round(width), height: Math.round(height) };
  const data = {
    prompt: "",
    kind: "FRAME",
    title: plan.title,
    position: { x: Math.round(x), y: Math.round(y) },
    ...size,
  } as const;
  return {
    frame,
    cells: cells.map(({ id }) => id),
    ops: [
      { id: frame, op: "node.create", data },
      ...[...rows, ...columns].map(({ op }) => op),
      ...grounds,
      ...cells.flatMap(({ ops }) => ops),
    ],
  };
}

const edge = (sourceId: string, targetId: string, policy: "FULL" | "EXCLUDE"): BatchedOp => ({
  id: uuidv7(),
  op: "edge.create",
  data: { sourceId, targetId, policy },
});
