import { Network } from "lucide-react";

import type { Sketch } from "../../project/sketch.ts";
import styles from "./Thumbnail.module.css";

const WIDTH = 96;
const HEIGHT = 60;
const SPACE = 5;
/** Cards that would be smaller than this are drawn as large as this. */
const SIDE_MIN = 2;

/** How a project lies, as far as this browser has seen it. */
export function Thumbnail({ sketch }: { sketch: Sketch | undefined }) {
  if (sketch === undefined)
    return (
      <span className={styles.thumbnail} aria-hidden="true">
        <Network />
      </span>
    );
  const room = { width: WIDTH - 2 * SPACE, height: HEIGHT - 2 * SPACE };
  const width = Math.min(room.width, room.height * sketch.aspect);
  const height = width / sketch.aspect;
  const [left, top] = [(WIDTH - width) / 2, (HEIGHT - height) / 2];
  return (
    <svg className={styles.thumbnail} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
      {sketch.cards.map(([x, y, wide, high, status], place) => (
        <rect
          key={place}
          data-status={status}
          x={left + (x / 1_000) * width}
          y={top + (y / 1_000) * height}
          width={Math.max(SIDE_MIN, (wide / 1_000) * width)}
          height={Math.max(SIDE_MIN, (high / 1_000) * height)}
          rx="1"
        />
      ))}
    </svg>
  );
}
