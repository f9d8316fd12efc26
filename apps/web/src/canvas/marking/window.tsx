import type { PageWindow } from "../../project/parts.ts";
import { useText } from "../../text/index.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { lateComponent } from "../../ui/late.ts";

const Marking = lateComponent(async () => (await import("./Marking.tsx")).Marking);

function MarkingWindow({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { hands } = useText();
  return (
    <Dialog title={hands.marking} open={open} onClose={onClose}>
      <Marking />
    </Dialog>
  );
}

export const markingWindow: PageWindow = { id: "marking", Body: MarkingWindow };
