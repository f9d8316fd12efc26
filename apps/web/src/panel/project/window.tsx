import { Settings } from "lucide-react";

import { soonComponent } from "../../ui/late.ts";
import { opens, type Command, type PageWindow } from "../../project/parts.ts";
import { useText } from "../../text/index.ts";
import { Dialog } from "../../ui/Dialog.tsx";

const Fields = soonComponent(async () => (await import("./ProjectSettings.tsx")).Fields);

function ProjectSettings({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { panel } = useText();
  return (
    <Dialog title={panel.project.title} open={open} onClose={onClose} wide>
      <Fields onClose={onClose} />
    </Dialog>
  );
}

export const settingsWindow: PageWindow = { id: "settings", Body: ProjectSettings };

export const settings: Command = {
  id: "settings",
  label: ({ canvas }) => canvas.settings,
  may: "project:write",
  button: { place: "menu", icon: Settings },
  run: opens(settingsWindow),
};
