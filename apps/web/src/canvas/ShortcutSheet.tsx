import { useText } from "../text/index.ts";
import { Dialog } from "../ui/Dialog.tsx";
import { Keys } from "../ui/Keys.tsx";
import styles from "./ShortcutSheet.module.css";

type Word = Exclude<keyof ReturnType<typeof useText>["canvas"]["keys"], "title">;

const SHEET = {
  nodes: [
    ["N", "newNode"],
    ["Enter", "edit"],
    ["Mod+Enter", "ask"],
    ["B", "branch"],
    ["P", "pin"],
    ["Del", "remove"],
    ["Esc", "leave"],
  ],
  graph: [
    ["L", "connect"],
    ["C", "fold"],
    ["Alt+↑", "parent"],
    ["Alt+↓", "child"],
    ["Alt+→", "sibling"],
    ["↑", "move"],
    ["Mod+A", "all"],
    ["Mod+C", "copy"],
    ["Mod+V", "paste"],
    ["Mod+D", "duplicate"],
    ["Mod+Z", "undo"],
    ["Mod+Shift+Z", "redo"],
  ],
  view: [
    ["Mod+K", "search"],
    ["F", "fit"],
    ["+", "zoomIn"],
    ["-", "zoomOut"],
    ["I", "panel"],
    ["?", "help"],
  ],
} as const satisfies Record<string, readonly (readonly [string, Word])[]>;

export function ShortcutSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { canvas } = useText();
  return (
    <Dialog title={canvas.shortcuts} open={open} onClose={onClose} wide>
      <div className={styles.sheet}>
        {(["nodes", "graph", "view"] as const).map((part) => (
          <section key={part}>
            <h3>{canvas.keys.title[part]}</h3>
            <dl>
              {SHEET[part].map(([keys, word]) => (
                <div key={word}>
                  <dt>{canvas.keys[word]}</dt>
                  <dd>
                    <Keys keys={keys} />
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
