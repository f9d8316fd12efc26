import { Columns2 } from "lucide-react";

import { lateComponent } from "../../ui/late.ts";
import { opens, type Command, type Page, type PageWindow } from "../../project/parts.ts";
import { useText } from "../../text/index.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { comparable, COMPARED_MAX } from "./comparable.ts";

const Wide = lateComponent(async () => (await import("./Wide.tsx")).Wide);

function CompareWindow({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { panel } = useText();
  return (
    <Dialog title={panel.compare.title} open={open} onClose={onClose} full>
      <Wide onClose={onClose} />
    </Dialog>
  );
}

export const compareWindow: PageWindow = { id: "compare", Body: CompareWindow };

const countIn = ({ project, store }: Page) => comparable(project.graph(), store.getState().selection).length;

export const compare: Command = {
  id: "compare",
  view: "canvas",
  on: ["selection"],
  icon: Columns2,
  label: ({ hands }) => hands.compare,
  isFor: (hands) => countIn(hands) > 1,
  whyNot: (hands, words) => (countIn(hands) > COMPARED_MAX ? words.hands.atMost(COMPARED_MAX) : null),
  run: opens(compareWindow),
};
