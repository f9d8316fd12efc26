import { useEffect, useRef, useState, type ReactNode } from "react";

import { useText } from "../text/index.ts";
import { useIsDark } from "../ui/theme.ts";
import { drawn, type Wanted } from "./diagram-messages.ts";
import styles from "./Markdown.module.css";

const HEIGHT_MIN = 64;
const HEIGHT_MAX = 900;
/** Until it is drawn; and how high each was, so that one that comes again moves nothing. */
const HEIGHT_FIRST = 240;
const heights = new Map<string, number>();

/** A diagram, drawn in a frame that can reach nothing; `children` is its text, for those who want that or cannot have it. */
export function Diagram({ text, children }: { text: string; children: ReactNode }) {
  const { panel } = useText();
  const { frame, height, isWrong } = useDrawing(text);
  if (isWrong) return children;
  return (
    <figure className={styles.diagram}>
      {/* Without `allow-same-origin` it has no origin, no storage and no cookies, and its own policy lets it fetch nothing. */}
      <iframe
        ref={frame}
        src="/diagram.html"
        sandbox="allow-scripts"
        title={panel.diagram.name}
        loading="lazy"
        style={{ height }}
      />
      <details>
        <summary>{panel.diagram.source}</summary>
        {children}
      </details>
    </figure>
  );
}

function useDrawing(text: string) {
  const frame = useRef<HTMLIFrameElement>(null);
  const isDark = useIsDark();
  const [height, setHeight] = useState(() => heights.get(text) ?? HEIGHT_FIRST);
  const [wrong, setWrong] = useState<string | null>(null);
  useEffect(() => {
    const ask = () => frame.current?.contentWindow?.postMessage({ text, isDark } satisfies Wanted, "*");
    const listen = ({ source, data }: MessageEvent) => {
      if (source === null || source !== frame.current?.contentWindow) return;
      const said = drawn(data);
      if (said?.is === "ready") ask();
      else if (said?.is === "wrong") setWrong(text);
      else if (said !== null) {
        const fitting = Math.round(Math.min(HEIGHT_MAX, Math.max(HEIGHT_MIN, said.height)));
        heights.set(text, fitting);
        setHeight(fitting);
      }
    };
    addEventListener("message", listen);
    // One that is there already is asked again when the text or the theme is another.
    ask();
    return () => removeEventListener("message", listen);
  }, [text, isDark]);
  return { frame, height, isWrong: wrong === text };
}
