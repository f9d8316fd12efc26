import { useStore, ViewportPortal } from "@xyflow/react";
import { memo, useLayoutEffect, useRef, type RefObject } from "react";

import type { Peer } from "../sync/index.ts";
import { inkOn } from "../ui/ink.ts";
import styles from "./Cursors.module.css";
import { usePeers } from "../project/project.ts";
import { glide } from "./sight.ts";

/** A little longer than the others are silent between two words about where they point. */
const GLIDE_MS = 110;

/** Where the others point. They are heard a few times a second; in between, the pointer glides. */
export function Cursors() {
  const peers = usePeers();
  const zoom = useStore(({ transform }) => transform[2]);
  return (
    <ViewportPortal>
      <div className={styles.cursors} aria-hidden="true">
        {[...peers.values()].map(({ s, name, color, cursor }) =>
          cursor === null ? null : (
            <Cursor key={s} name={name} color={color} x={cursor.x} y={cursor.y} scale={1 / zoom} />
          ),
        )}
      </div>
    </ViewportPortal>
  );
}

type Props = Pick<Peer, "name" | "color"> & Place & { scale: number };

const Cursor = memo(function Cursor({ name, color, x, y, scale }: Props) {
  const ref = useRef<HTMLDivElement>(null);
  useGlide(ref, { x, y });
  return (
    <div ref={ref} className={styles.cursor} data-cursor={name} style={{ translate: `${x}px ${y}px`, scale, color }}>
      <svg viewBox="0 0 16 20" width="16" height="20">
        <path
          d="M1 1l13 8.2-6.1 1.1L4.6 16z"
          fill="currentColor"
          stroke="#fff"
          strokeWidth="1.2"
          strokeLinejoin="round"
        />
      </svg>
      <span style={{ background: color, color: inkOn(color) }}>{name}</span>
    </div>
  );
});

interface Place {
  readonly x: number;
  readonly y: number;
}

/**
 * Moves an element from where it is seen to where it is now. As a CSS transition, each step of each cursor would be
 * three events that everything above the canvas hears of.
 */
function useGlide(ref: RefObject<HTMLElement | null>, { x, y }: Place): void {
  const way = useRef<Way | null>(null);
  useLayoutEffect(() => {
    const to = { x, y };
    const before = way.current;
    const effect = before?.effect ?? new KeyframeEffect(ref.current, null, glide(GLIDE_MS));
    const from = before === null ? to : seen(before);
    const animation = before?.animation ?? new Animation(effect);
    effect.setKeyframes([from, to].map((place) => ({ translate: `${place.x}px ${place.y}px` })));
    animation.currentTime = 0;
    animation.play();
    way.current = { from, to, effect, animation };
  }, [ref, x, y]);
}

/** One animation lasts as long as its cursor: many new ones, even of which each is soon over, slow the page down. */
interface Way {
  readonly from: Place;
  readonly to: Place;
  readonly effect: KeyframeEffect;
  readonly animation: Animation;
}

function seen({ from, to, effect }: Way): Place {
  const part = effect.getComputedTiming().progress ?? 1;
  return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
}
