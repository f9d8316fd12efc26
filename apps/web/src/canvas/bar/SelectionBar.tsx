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
      <IconButton
        label={words.hands.clear}
        keys="Esc"
        icon={<X />}
        onClick={() => store.setState({ selection: new Set(), selectedEdges: new Set() })}
      />
      <span className={styles.count}>{words.hands.selected(selection.size)}</span>
      {offered.map((command) => {
        const { id, shown, icon: Icon, isDanger, whyNot, start } = command;
        const why = whyNot?.(hands, words) ?? null;
        const name = nameOf(command, words);
        return (
          Icon && (
            <IconButton
              key={id}
              label={why === null ? name : words.hands.notNow(name, why)}
              keys={shown}
              className={classes(styles.tool, isDanger === true && styles.danger)}
              icon={
                <>
                  <Icon />
                  <span className={styles.name} aria-hidden>
                    {name}
                    {why !== null && <small>{why}</small>}
                  </span>
                </>
              }
              // It says why, so that it can still be come to.
              disabled={why !== null}
              accessibleWhenDisabled
              onClick={start}
            />
          )
        );
      })}
    </div>
  );
}
