import { Dialog } from "@ariakit/react";
import { WandSparkles } from "lucide-react";

import { soonComponent } from "../../ui/late.ts";
import { opens, type Command, type PageWindow } from "../../project/parts.ts";
import { useText } from "../../text/index.ts";
import styles from "./Agents.module.css";

const InstructionLine = soonComponent(async () => (await import("./InstructionLine.tsx")).InstructionLine);

function InstructionWindow({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { instruct } = useText().agents;
  return (
    <Dialog
      open={open}
      onClose={onClose}
      unmountOnHide
      aria-label={instruct.title}
      className={styles.window}
      backdrop={<div className={styles.backdrop} />}
    >
      <InstructionLine onClose={onClose} />
    </Dialog>
  );
}

export const instructionWindow: PageWindow = { id: "instruct", Body: InstructionWindow };

export const instruct: Command = {
  id: "instruct",
  label: ({ agents }) => agents.instruct.title,
  may: "agents:read",
  keys: ["Mod+i"],
  whileTyping: ["Mod+i"],
  shown: "Mod+I",
  help: { part: "graph", says: ({ agents }) => agents.instruct.help },
  button: { place: "bar", icon: WandSparkles, isWide: true },
  run: opens(instructionWindow),
};
