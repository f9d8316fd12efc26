import { lateComponent } from "../../ui/late.ts";
import { FULL } from "../../project/full.ts";
import { opens, type Command, type PageWindow } from "../../project/parts.ts";
import { useNode } from "../../project/project.ts";
import { titleOf } from "../../project/title.ts";
import { useCanvas } from "../../project/ui-state.ts";
import { useText } from "../../text/index.ts";
import { Dialog } from "../../ui/Dialog.tsx";

const Full = lateComponent(async () => (await import("./Full.tsx")).Full);

/** One card over the whole page, to be read and worked on without what is around it. */
function FullWindow({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { canvas } = useText();
  const id = useCanvas(({ selection }) => [...selection][0] ?? "");
  const node = useNode(id);
  return (
    <Dialog title={titleOf(node, canvas.kind.PROMPT)} open={open && node !== undefined} onClose={onClose} full>
      <Full id={id} />
    </Dialog>
  );
}

export const fullWindow: PageWindow = { id: FULL, Body: FullWindow };

export const openFull: Command = {
  id: FULL,
  view: "canvas",
  on: ["card"],
  keys: ["o"],
  shown: "O",
  help: { part: "view", says: ({ hands }) => hands.full },
  isPointed: true,
  isFor: ({ store }) => store.getState().selection.size === 1,
  run: (hands) => {
    if (hands.store.getState().selection.size === 1) opens(fullWindow)(hands);
  },
};
