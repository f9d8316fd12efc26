import { lateComponent } from "../../ui/late.ts";
import type { PageWindow } from "../../project/parts.ts";
import { VIEWER } from "../../project/files/viewer.ts";
import { useCanvas } from "../../project/ui-state.ts";
import { useText } from "../../text/index.ts";
import { Dialog } from "../../ui/Dialog.tsx";

const Viewer = lateComponent(async () => (await import("./Viewer.tsx")).Viewer);

/** A file as it is: a picture, what plays, or what is written in it. */
function FileWindow({ open, onClose }: { open: boolean; onClose: () => void }) {
  const file = useCanvas((ui) => ui.file);
  const { files } = useText();
  return (
    <Dialog title={file?.name ?? files.title} open={open && file !== null} onClose={onClose} wide>
      {file !== null && <Viewer file={file} />}
    </Dialog>
  );
}

export const viewerWindow: PageWindow = { id: VIEWER, Body: FileWindow };
