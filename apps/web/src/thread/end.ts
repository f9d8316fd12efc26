import { useCallback, useEffect, useRef, useState } from "react";

/** Whoever is this close to the end is there. */
const NEAR_PX = 64;

interface End {
  /** Whether the end is in sight. */
  readonly isAt: boolean;
  readonly go: () => void;
  readonly follow: (isFollowing: boolean) => void;
}

/**
 * Keeps the end in sight while an answer grows, until somebody scrolls up. Only they do: what grows above moves
 * everything down.
 */
export function useEnd(scroller: HTMLElement | null, inner: HTMLElement | null): End {
  const isFollowing = useRef(true);
  const [isAt, setAt] = useState(true);
  const toEnd = useCallback(() => scroller?.scrollTo({ top: scroller.scrollHeight }), [scroller]);
  useEffect(() => {
    if (scroller === null || inner === null) return;
    let top = scroller.scrollTop;
    const look = () => {
      const isNear = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < NEAR_PX;
      const isUp = scroller.scrollTop < top - 1;
      top = scroller.scrollTop;
      if (isNear) isFollowing.current = true;
      else if (isUp) isFollowing.current = false;
      setAt(isNear || isFollowing.current);
    };
    const grown = new ResizeObserver(() => {
      if (isFollowing.current) toEnd();
      look();
    });
    grown.observe(inner);
    grown.observe(scroller);
    scroller.addEventListener("scroll", look, { passive: true });
    return () => {
      grown.disconnect();
      scroller.removeEventListener("scroll", look);
    };
  }, [scroller, inner, toEnd]);
  const follow = useCallback((wanted: boolean) => {
    isFollowing.current = wanted;
    if (!wanted) setAt(false);
  }, []);
  const go = useCallback(() => {
    isFollowing.current = true;
    toEnd();
  }, [toEnd]);
  return { isAt, go, follow };
}
