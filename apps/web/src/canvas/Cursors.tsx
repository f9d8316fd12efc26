import { useStore, ViewportPortal } from "@xyflow/react";

import { inkOn } from "../ui/ink.ts";
import styles from "./Cursors.module.css";
import { usePeers } from "./project.ts";

/** Where the others point. They are heard a few times a second; in between, the pointer glides. */
export function Cursors() {
  const peers = usePeers();
  const zoom = useStore(({ transform }) => transform[2]);
  return (
    <ViewportPortal>
      <div className={styles.cursors} aria-hidden="true">
        {[...peers.values()].map(({ s, name, color, cursor }) =>
          cursor === null ? null : (
            <div key={s} className={styles.cursor} data-cursor={name} style={{ translate: `${cursor.x}px ${cursor.y}px`, scale: 1 / zoom, color }}>
              <svg viewBox="0 0 16 20" width="16" height="20">
                <path d="M1 1l13 8.2-6.1 1.1L4.6 16z" fill="currentColor" stroke="#fff" strokeWidth="1.2" strokeLinejoin="round" />
              </svg>
              <span style={{ background: color, color: inkOn(color) }}>{name}</span>
            </div>
          ),
        )}
      </div>
    </ViewportPortal>
  );
}
