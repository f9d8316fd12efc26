import { CircleAlert, Info, X } from "lucide-react";
import { useStore } from "zustand";

import { useText } from "../text/index.ts";
import { Button } from "./Button.tsx";
import { classes } from "./classes.ts";
import { dismiss, hold, letGo, toasts } from "./toasts.ts";
import styles from "./Toasts.module.css";

export function Toasts() {
  const list = useStore(toasts, (state) => state.list);
  const { common } = useText();
  return (
    <div className={styles.list} role="status" aria-live="polite" data-toasts>
      {list.map(({ id, kind, text, action }) => (
        <div
          key={id}
          className={classes(styles.toast, styles[kind])}
          onPointerEnter={() => hold(id)}
          onPointerLeave={() => letGo(id)}
          onFocus={() => hold(id)}
          onBlur={() => letGo(id)}
        >
          {kind === "done" ? <Info aria-hidden /> : <CircleAlert aria-hidden />}
          <p>{text}</p>
          {action && (
            <Button
              size="small"
              onClick={() => {
                action.run();
                dismiss(id);
              }}
            >
              {action.label}
            </Button>
          )}
          <Button
            look="quiet"
            size="small"
            aria-label={common.close}
            onClick={() => {
              dismiss(id);
            }}
          >
            <X aria-hidden />
          </Button>
        </div>
      ))}
    </div>
  );
}
