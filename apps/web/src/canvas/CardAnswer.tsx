import { ChevronDown, ChevronUp } from "lucide-react";
import { useEffect, useRef, useState, type RefObject } from "react";

import { Markdown } from "../markdown/Markdown.tsx";
import { useWriting } from "../project/project.ts";
import { useMay } from "../project/use-rights.ts";
import type { NodeView } from "../sync/index.ts";
import { useText } from "../text/index.ts";
import { useActions } from "./actions-context.ts";
import styles from "./Card.module.css";

/** The answer, or what has been written of it so far; one that is longer than the card fades, and can be shown whole. */
export function CardAnswer({ node, selected }: { node: NodeView; selected: boolean }) {
  const { canvas } = useText();
  const writing = useWriting(node.id);
  const frame = useRef<HTMLDivElement>(null);
  const isCut = useIsCut(frame);
  const text = writing?.text ?? node.response;
  if (text === null || (text === "" && writing === undefined)) return null;
  // A selected card scrolls under the wheel; others let the canvas move.
  const scrolls = selected ? "nowheel nopan" : "";
  return (
    <div className={styles.answerBox}>
      <div
        ref={frame}
        className={`${styles.answer ?? ""} ${scrolls}`}
        data-live={writing !== undefined || undefined}
        data-cut={isCut || undefined}
      >
        <div>
          {text === "" && <p className={styles.waiting}>{canvas.waiting}</p>}
          <Markdown text={text} live={writing !== undefined} cites={node.id} />
        </div>
      </div>
      <Whole node={node} frame={frame} isCut={isCut} />
    </div>
  );
}

/** Whether a text is longer than the room that it has. */
function useIsCut(frame: RefObject<HTMLElement | null>): boolean {
  const [isCut, setCut] = useState(false);
  useEffect(() => {
    const { current } = frame;
    const text = current?.firstElementChild;
    if (current === null || text == null) return;
    const observer = new ResizeObserver(() => setCut(hiddenPart(current) > 1));
    observer.observe(text);
    observer.observe(current);
    return () => observer.disconnect();
  });
  return isCut;
}

const hiddenPart = (element: Element): number => element.scrollHeight - element.clientHeight;

/** Makes the card as high as what it says, or as high as others again. Everybody sees it so. */
function Whole({ node, frame, isCut }: { node: NodeView; frame: RefObject<HTMLElement | null>; isCut: boolean }) {
  const { canvas } = useText();
  const edit = useMay("graph:write");
  const actions = useActions();
  if (!edit || (!isCut && node.height == null)) return null;
  const show = () => {
    const card = frame.current?.closest<HTMLElement>("[data-node]");
    if (card == null || frame.current === null) return;
    actions.setHeight(node.id, card.offsetHeight + hiddenPart(frame.current) + 1);
  };
  return isCut ? (
    <button type="button" className={`nodrag ${styles.whole ?? ""}`} onClick={show}>
      <ChevronDown aria-hidden /> {canvas.showMore}
    </button>
  ) : (
    <button type="button" className={`nodrag ${styles.whole ?? ""}`} onClick={() => actions.setHeight(node.id, null)}>
      <ChevronUp aria-hidden /> {canvas.showLess}
    </button>
  );
}
