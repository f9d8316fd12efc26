import { History } from "lucide-react";

import { soonComponent } from "../../ui/late.ts";
import { CHANGES_WINDOW } from "../../project/changes/queries.ts";
import { opens, type Command, type PageWindow } from "../../project/parts.ts";
import { useText } from "../../text/index.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Soft } from "../parts/Parts.tsx";

const List = soonComponent(async () => (await import("./Changes.tsx")).List);

function Changes({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { panel } = useText();
  return (
    <Dialog title={panel.changeSets.title} open={open} onClose={onClose} wide>
      <Soft>{panel.changeSets.text}</Soft>
      <List />
    </Dialog>
  );
}

export const changesWindow: PageWindow = { id: CHANGES_WINDOW, Body: Changes };

export const changes: Command = {
  id: "changes",
  label: ({ panel }) => panel.changeSets.title,
  may: "members:read",
  button: { place: "menu", icon: History },
  run: opens(changesWindow),
};
