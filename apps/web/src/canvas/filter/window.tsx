import { ListFilter } from "lucide-react";

import { lateComponent } from "../../ui/late.ts";
import { opens, type Command, type PageWindow } from "../../project/parts.ts";
import { useText } from "../../text/index.ts";
import { Dialog } from "../../ui/Dialog.tsx";

const Choices = lateComponent(async () => (await import("./FilterChoices.tsx")).FilterChoices);

function FilterWindow({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { hands } = useText();
  return (
    <Dialog title={hands.filter} open={open} onClose={onClose}>
      <Choices onClose={onClose} />
    </Dialog>
  );
}

export const filterWindow: PageWindow = { id: "filter", Body: FilterWindow };

export const filter: Command = {
  id: "filter",
  view: "canvas",
  label: ({ hands }) => hands.filter,
  keys: ["Shift+f"],
  shown: "Shift+F",
  help: { part: "view", says: ({ hands }) => hands.filter },
  on: ["canvas"],
  button: { place: "bar", icon: ListFilter, isWide: true, isOn: ({ filter }) => filter !== null },
  run: opens(filterWindow),
};
