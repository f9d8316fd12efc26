import { useEffect, useRef, useState, type ReactNode, type RefObject } from "react";
import { createPortal } from "react-dom";

import { useCanvas } from "../../project/ui-state.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { placeFor, rememberTips, TIPS, tipsSeen, type Tip } from "./tips.ts";
import styles from "./Tips.module.css";

/** What a tip points at is looked for so often as long as it is not in sight. */
const LOOK_MS = 500;

/** Four short notes, one after the other, each once: they point at what they are about and stand in nobody's way. */
export function Tips() {
  const { hands, thread } = useText();
  const [seen, setSeen] = useState(tipsSeen);
  const isBusy = useCanvas(({ open, editing, menu }) => open !== null || editing !== null || menu !== null);
  const tip = TIPS[seen];
  if (tip === undefined || isBusy) return null;
  const go = (to: number) => {
    rememberTips(to);
    setSeen(to);
  };
  return createPortal(
    <Note key={seen} tip={tip}>
      <span className={styles.count}>{thread.which(seen + 1, TIPS.length)}</span>
      {seen + 1 < TIPS.length && (
        <Button size="small" look="quiet" onClick={() => go(TIPS.length)}>
          {hands.tips.skip}
        </Button>
      )}
      <Button size="small" look="primary" onClick={() => go(seen + 1)}>
        {hands.tips.next}
      </Button>
    </Note>,
    document.body,
  );
}

function Note({ tip, children }: { tip: Tip; children: ReactNode }) {
  const words = useText();
  const ref = useRef<HTMLElement>(null);
  usePointing(ref, tip.at);
  return (
    <aside ref={ref} className={styles.tip} aria-label={words.hands.tips.name} hidden>
      <p>{tip.says(words)}</p>
      <footer className={styles.actions}>{children}</footer>
    </aside>
  );
}

/** Keeps a note at what it points at, which moves with the canvas; hidden as long as that cannot be seen. */
function usePointing(ref: RefObject<HTMLElement | null>, at: string): void {
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let frame = 0;
    const look = () => {
      const note = ref.current;
      if (note === null) return;
      note.hidden = false;
      const rect = document.querySelector(at)?.getBoundingClientRect();
      const screen = { width: innerWidth, height: innerHeight };
      const size = { width: note.offsetWidth, height: note.offsetHeight };
      const place = rect === undefined ? null : placeFor(rect, size, screen);
      note.hidden = place === null;
      if (place === null) {
        timer = setTimeout(look, LOOK_MS);
        return;
      }
      note.style.translate = `${place.left}px ${place.top}px`;
      note.style.setProperty("--arrow", `${place.arrow}px`);
      note.dataset.above = String(place.isAbove);
      frame = requestAnimationFrame(look);
    };
    look();
    return () => {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
    };
  }, [ref, at]);
}
