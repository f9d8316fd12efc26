import { useStore, ViewportPortal } from "@xyflow/react";

import { useCanvas } from "../project/ui-state.ts";
import styles from "./Guides.module.css";

/** The lines along which what is dragged stands level with other cards. */
export function Guides() {
  const guides = useCanvas((ui) => ui.guides);
  const zoom = useStore(({ transform }) => transform[2]);
  if (guides.length === 0) return null;
  const thin = 1.5 / zoom;
  return (
    <ViewportPortal>
      <div aria-hidden="true">
        {guides.map(({ axis, at, from, to }) => (
          <div
            key={`${axis} ${at} ${from}`}
            className={styles.guide}
            data-guide={axis}
            style={
              axis === "x"
                ? { translate: `${at - thin / 2}px ${from}px`, width: thin, height: to - from }
                : { translate: `${from}px ${at - thin / 2}px`, width: to - from, height: thin }
            }
          />
        ))}
      </div>
    </ViewportPortal>
  );
}
