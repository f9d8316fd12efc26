import { Keyboard } from "lucide-react";

import { HELP_PARTS, opens, type Command, type PageWindow } from "../project/parts.ts";
import { useText } from "../text/index.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { Keys } from "../ui/Keys.tsx";
import { useAllCommands } from "./commands/hands.ts";
import styles from "./ShortcutSheet.module.css";

function ShortcutSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const words = useText();
  const { all } = useAllCommands();
  const { canvas } = words;
  return (
    <Dialog title={canvas.shortcuts} open={open} onClose={onClose} wide>
      {/* Whoever reads it with the keyboard scrolls it with the keyboard. */}
      <div className={styles.sheet} role="region" aria-label={canvas.shortcuts} tabIndex={0}>
        {HELP_PARTS.map((part) => (
          <section key={part}>
            <h3>{canvas.keys.title[part]}</h3>
            <dl>
              {all.map(
                ({ id, shown = "", help }) =>
                  help?.part === part && (
                    <div key={id}>
                      <dt>{help.says(words)}</dt>
                      <dd>
                        <Keys keys={shown} />
                      </dd>
                    </div>
                  ),
              )}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}

export const shortcutsWindow: PageWindow = { id: "shortcuts", Body: ShortcutSheet };

export const shortcuts: Command = {
  id: "shortcuts",
  label: ({ canvas }) => canvas.shortcuts,
  keys: ["?"],
  shown: "?",
  help: { part: "view", says: ({ canvas }) => canvas.keys.help },
  button: { place: "menu", icon: Keyboard },
  run: opens(shortcutsWindow),
};
