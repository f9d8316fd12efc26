import { X } from "lucide-react";

import { nameOf } from "../../project/parts.ts";
import { useCanvas, useCanvasStore } from "../../project/ui-state.ts";
import { useText } from "../../text/index.ts";
import { IconButton } from "../../ui/Button.tsx";
import { classes } from "../../ui/classes.ts";
import { useAllCommands, useCommands } from "../commands/hands.ts";
import styles from "./SelectionBar.module.css";

/** What can be done with several cards at once. */
export function SelectionBar() {
  const words = useText();
  const store = useCanvasStore();
  const { hands } = useAllCommands();
  // Which of them mean something depends on it.
  const selection = useCanvas((ui) => ui.selection);
  const offered = useCommands().filter(
    ({ on, icon, isFor }) => on?.includes("selection") === true && icon && (isFor === undefined || isFor(hands)),
  );
  return (
    <div className={styles.bar} role="toolbar" aria-label={words.hands.selected(selection.size)} data-keeps-focus>
      <span className={styles.count}>{words.hands.selected(selection.size)}</span>
      {offered.map((command) => {
        const { id, shown, icon: Icon, isDanger, start } = command;
        return (
          Icon && (
            <IconButton
              key={id}
              label={nameOf(command, words)}
              keys={shown}
              className={classes(styles.tool, isDanger === true && styles.danger)}
              icon={
                <>
                  <Icon />
                  <span className={styles.name} aria-hidden>
                    {nameOf(command, words)}
                  </span>
                </>
              }
              onClick={start}
            />
          )
        );
      })}
      <IconButton
        label={words.hands.clear}
        keys="Esc"
        icon={<X />}
        onClick={() => store.setState({ selection: new Set(), selectedEdges: new Set() })}
      />
    </div>
  );
}
