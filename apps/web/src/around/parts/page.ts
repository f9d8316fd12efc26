import { useEffect, useRef, type RefObject } from "react";

import { useText } from "../../text/index.ts";

/** Names the page in the window's title, and brings the focus to its heading unless a field of it has asked for it. */
export function usePage(title: string): RefObject<HTMLHeadingElement | null> {
  const { appName } = useText().common;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${appName}`;
  }, [title, appName]);
  useEffect(() => {
    const page = heading.current?.closest("main");
    const at = document.activeElement;
    // The page as a whole has it where what had it went away.
    if (at === page || page?.contains(at) !== true) heading.current?.focus({ preventScroll: true });
  }, []);
  return heading;
}
