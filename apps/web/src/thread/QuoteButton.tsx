import { Quote as QuoteIcon } from "lucide-react";
import { useEffect, useState } from "react";

import type { Quote } from "../project/ui-state.ts";
import { useText } from "../text/index.ts";
import { Button } from "../ui/Button.tsx";
import { useAsking } from "./asking.ts";
import { focusComposer } from "./focus.ts";
import styles from "./Thread.module.css";

/** As much of an answer as a question can well be about. */
const QUOTE_LETTERS_MAX = 4_000;
const GAP = 8;
const ROOM_BELOW = 56;

interface Selected {
  readonly quote: Quote;
  readonly left: number;
  readonly top: number;
}

/** The words of one answer that are selected, if some are. */
export function selectedQuote(): Quote | null {
  const selection = getSelection();
  const text = selection?.toString().trim() ?? "";
  if (selection === null || text === "" || selection.rangeCount === 0) return null;
  const range = selection.getRangeAt(0);
  const [from, to] = [range.startContainer, range.endContainer].map((end) =>
    (end instanceof Element ? end : end.parentElement)?.closest("[data-answer]"),
  );
  const nodeId = from?.getAttribute("data-answer");
  // A selection may end just behind the answer, at the beginning of what follows.
  if (nodeId == null || (to !== from && range.endOffset !== 0)) return null;
  return { nodeId, text: text.slice(0, QUOTE_LETTERS_MAX) };
}

/** Beside words of an answer that are selected: asks about them, in a branch of its own. */
export function QuoteButton() {
  const { thread } = useText();
  const asking = useAsking();
  const [selected, setSelected] = useState<Selected | null>(null);
  useEffect(() => {
    const look = () => setSelected(lookAt(selectedQuote()));
    document.addEventListener("selectionchange", look);
    document.addEventListener("scroll", look, { capture: true, passive: true });
    return () => {
      document.removeEventListener("selectionchange", look);
      document.removeEventListener("scroll", look, { capture: true });
    };
  }, []);
  if (selected === null) return null;
  return (
    <Button
      size="small"
      look="primary"
      className={styles.quoteButton}
      style={{ left: selected.left, top: selected.top }}
      // What is selected stays so while the button is pressed.
      onPointerDown={(event) => event.preventDefault()}
      onClick={() => {
        asking.quote(selected.quote);
        getSelection()?.removeAllRanges();
        requestAnimationFrame(focusComposer);
      }}
    >
      <QuoteIcon aria-hidden />
      {thread.askAbout}
    </Button>
  );
}

function lookAt(quote: Quote | null): Selected | null {
  const box = quote === null ? undefined : getSelection()?.getRangeAt(0).getBoundingClientRect();
  if (quote === null || box === undefined) return null;
  return {
    quote,
    left: Math.max(GAP, Math.min(box.left, innerWidth - 12 * 16)),
    top: Math.max(GAP, Math.min(box.bottom + GAP, innerHeight - ROOM_BELOW)),
  };
}
