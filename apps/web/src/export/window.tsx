import { Download } from "lucide-react";

import { lateComponent } from "../ui/late.ts";
import { opens, type Command, type PageWindow } from "../project/parts.ts";
import { useText } from "../text/index.ts";
import { Dialog } from "../ui/Dialog.tsx";

const Choices = lateComponent(async () => (await import("./Choices.tsx")).Choices);

function ExportWindow({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { exporting } = useText();
  return (
    <Dialog title={exporting.title} open={open} onClose={onClose}>
      <Choices onClose={onClose} />
    </Dialog>
  );
}

export const exportWindow: PageWindow = { id: "export", Body: ExportWindow };

export const exportAs: Command = {
  id: "export",
  label: ({ exporting }) => exporting.title,
  keys: ["Mod+Shift+e"],
  shown: "Mod+Shift+E",
  help: { part: "view", says: ({ exporting }) => exporting.title },
  on: ["canvas", "card", "selection"],
  icon: Download,
  button: { place: "menu", icon: Download },
  run: opens(exportWindow),
};
