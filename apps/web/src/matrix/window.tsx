import { Grid3x3, Table2 } from "lucide-react";

import type { CanvasCommand } from "../canvas/commands/hands.ts";
import { lateComponent } from "../ui/late.ts";
import { matrixIn, MATRIX_TABLE } from "../project/matrix.ts";
import { opens, type Page, type PageWindow } from "../project/parts.ts";
import { useNode } from "../project/project.ts";
import { useCanvas } from "../project/ui-state.ts";
import { useText } from "../text/index.ts";
import { Dialog } from "../ui/Dialog.tsx";

const MakeMatrix = lateComponent(async () => (await import("./MakeMatrix.tsx")).MakeMatrix);
const Table = lateComponent(async () => (await import("./Table.tsx")).Table);

interface Props {
  open: boolean;
  onClose: () => void;
}

function MakeWindow({ open, onClose }: Props) {
  const { matrix } = useText();
  return (
    <Dialog title={matrix.create} open={open} onClose={onClose} wide>
      <MakeMatrix onClose={onClose} />
    </Dialog>
  );
}

function TableWindow({ open, onClose }: Props) {
  const { matrix } = useText();
  const frame = useCanvas(({ selection }) => [...selection][0] ?? "");
  const title = useNode(frame)?.title ?? matrix.untitled;
  return (
    <Dialog title={title} open={open} onClose={onClose} full>
      <Table frame={frame} onClose={onClose} />
    </Dialog>
  );
}

export const makeWindow: PageWindow = { id: "matrix", Body: MakeWindow };
export const tableWindow: PageWindow = { id: MATRIX_TABLE, Body: TableWindow };

export const newMatrix: CanvasCommand = {
  id: "new-matrix",
  view: "canvas",
  on: ["canvas"],
  label: ({ matrix }) => matrix.create,
  may: "graph:write",
  keys: ["Shift+m"],
  shown: "Shift+M",
  help: { part: "nodes", says: ({ matrix }) => matrix.create },
  icon: Grid3x3,
  run: opens(makeWindow),
};

function isMatrix({ project, store }: Page): boolean {
  const graph = project.graph();
  const [frame, another] = store.getState().selection;
  return graph !== null && frame !== undefined && another === undefined && matrixIn(graph, frame) !== null;
}

export const showTable: CanvasCommand = {
  id: "matrix-table",
  view: "canvas",
  on: ["card"],
  label: ({ matrix }) => matrix.table,
  icon: Table2,
  isFor: isMatrix,
  run: opens(tableWindow),
};
