import { soonComponent } from "../../ui/late.ts";
import { opens, type PageWindow } from "../../project/parts.ts";
import { useNode } from "../../project/project.ts";
import { titleOf } from "../../project/title.ts";
import { useCanvas, type CanvasStore } from "../../project/ui-state.ts";
import { useText } from "../../text/index.ts";
import { Dialog } from "../../ui/Dialog.tsx";

const BranchFields = soonComponent(async () => (await import("./NodeSettings.tsx")).BranchFields);

/** What holds for a node and all below it, where no panel is open beside it. */
function BranchWindow({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { panel } = useText();
  const node = useNode(useCanvas((ui) => ui.branch) ?? "");
  return (
    <Dialog
      title={panel.branch.from(titleOf(node, panel.untitled))}
      open={open && node !== undefined}
      onClose={onClose}
    >
      {node !== undefined && <BranchFields key={node.id} node={node} onDone={onClose} />}
    </Dialog>
  );
}

export const branchWindow: PageWindow = { id: "branch", Body: BranchWindow };

export function openBranch(store: CanvasStore, node: string): void {
  store.setState({ branch: node });
  opens(branchWindow)({ store });
}
