import { Dialog } from "@ariakit/react";
import { Search as SearchIcon } from "lucide-react";
import { useState } from "react";

import { soonComponent } from "../../ui/late.ts";
import { opens, type Command, type PageWindow } from "../../project/parts.ts";
import { useCanvasStore } from "../../project/ui-state.ts";
import { useText } from "../../text/index.ts";
import { focusCard } from "../sight.ts";
import { SEARCH } from "./find.ts";
import styles from "./Palette.module.css";

const Palette = soonComponent(async () => (await import("./Palette.tsx")).Palette);

function SearchWindow({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { canvas } = useText();
  const store = useCanvasStore();
  const [target, setTarget] = useState<string | null>(null);
  const arrived = (id: string) => {
    setTarget(null);
    if (store.getState().selection.has(id) && store.getState().editing === null) focusCard(id);
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      // After a jump the keyboard is where the view is, and not where it was before.
      autoFocusOnHide={target === null}
      unmountOnHide
      data-window
      aria-label={canvas.search}
      className={styles.window}
      backdrop={<div className={styles.backdrop} />}
    >
      <Palette onClose={onClose} onJump={setTarget} onArrive={arrived} />
    </Dialog>
  );
}

export const searchWindow: PageWindow = { id: SEARCH, Body: SearchWindow };

export const search: Command = {
  id: SEARCH,
  label: ({ canvas }) => canvas.search,
  keys: ["Mod+k", "/"],
  whileTyping: ["Mod+k"],
  shown: "Mod+K",
  help: { part: "view", says: ({ canvas }) => canvas.keys.search },
  button: { place: "bar", icon: SearchIcon },
  run: opens(searchWindow),
};
