import { useVirtualizer, defaultRangeExtractor, type Range, type Virtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { useProject } from "../project/project.ts";
import { useCanvas, useCanvasStore } from "../project/ui-state.ts";
import type { NodeView } from "../sync/index.ts";
import { useText } from "../text/index.ts";
import { IconButton } from "../ui/Button.tsx";
import { useEnd } from "./end.ts";
import { Message } from "./Message.tsx";
import { useReading } from "./reading.ts";
import styles from "./Thread.module.css";

const PADDING = 24;
/** Messages that are drawn above and below those in sight. */
const OVERSCAN = 3;

type List = Virtualizer<HTMLDivElement, Element>;

/** The messages, of which only those in sight are drawn: a conversation may have thousands. */
export function Messages({ path }: { path: readonly string[] }) {
  const { thread } = useText();
  const project = useProject();
  const store = useCanvasStore();
  const [scroller, setScroller] = useState<HTMLDivElement | null>(null);
  const [inner, setInner] = useState<HTMLDivElement | null>(null);
  const [focused, setFocused] = useState<number | null>(null);
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is built with React's compiler
  const list = useVirtualizer<HTMLDivElement, Element>({
    count: path.length,
    getScrollElement: () => scroller,
    estimateSize: (place) => expectedHeight(project.node(path[place] ?? "")),
    overscan: OVERSCAN,
    paddingStart: PADDING,
    paddingEnd: PADDING,
    scrollPaddingStart: PADDING,
    // The message that the keyboard is at must not go away under it.
    rangeExtractor: (range) => withPlace(range, focused),
  });
  const end = useEnd(scroller, inner);
  useBeginning(list, path, scroller, end.follow);
  useReaching(list, path);
  useReading(path, scroller !== null && end.isAt);
  return (
    <div className={styles.frame}>
      <div className={styles.scroller} ref={setScroller} data-scroller>
        <div
          className={styles.list}
          ref={setInner}
          role="feed"
          aria-label={thread.messages}
          aria-busy={list.isScrolling}
          style={{ height: list.getTotalSize() }}
          onFocus={({ target }) => {
            const place = placeOf(target);
            setFocused(place);
            const id = place === null ? undefined : path[place];
            if (id !== undefined) store.setState({ at: id, selection: new Set([id]), reaching: null });
          }}
          onBlur={() => setFocused(null)}
        >
          {list.getVirtualItems().map(({ index, start }) => {
            const id = path[index];
            return (
              id !== undefined && (
                <Message
                  key={index}
                  id={id}
                  parent={path[index - 1]}
                  next={path[index + 1]}
                  place={index}
                  count={path.length}
                  top={start}
                  isResting={!list.isScrolling}
                  measure={list.measureElement}
                />
              )
            );
          })}
        </div>
      </div>
      {!end.isAt && <ToEnd onClick={end.go} />}
    </div>
  );
}

function ToEnd({ onClick }: { onClick: () => void }) {
  const { thread } = useText();
  return (
    <IconButton
      look="plain"
      className={styles.toEnd}
      label={thread.toEnd}
      icon={<ArrowDown aria-hidden />}
      onClick={onClick}
    />
  );
}

const placeOf = (target: Element): number | null => {
  const place = target.closest("[data-message]")?.getAttribute("data-index");
  return place == null ? null : Number(place);
};

function withPlace(range: Range, place: number | null): number[] {
  const places = defaultRangeExtractor(range);
  if (place === null || places.includes(place) || place >= range.count) return places;
  return [...places, place].toSorted((a, b) => a - b);
}

/** What Thread.module.css makes of a text: how much fits on a line, and how high it is. */
const LETTERS_PER_LINE = 84;
const LINE_HEIGHT = 27;
const AROUND = 150;
const LETTERS_COUNTED_MAX = 4_000;

function expectedHeight(node: NodeView | undefined): number {
  if (node === undefined) return AROUND;
  return AROUND + (linesOf(node.prompt) + linesOf(node.response ?? "")) * LINE_HEIGHT;
}

function linesOf(text: string): number {
  const counted = text.slice(0, LETTERS_COUNTED_MAX).split("\n");
  const lines = counted.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / LETTERS_PER_LINE)), 0);
  return lines * Math.max(1, text.length / LETTERS_COUNTED_MAX);
}

/** A conversation opens at its end, or at the message that was asked for. */
function useBeginning(
  list: List,
  path: readonly string[],
  scroller: HTMLElement | null,
  follow: (isFollowing: boolean) => void,
): void {
  const store = useCanvasStore();
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current || scroller === null) return;
    begun.current = true;
    const place = path.indexOf(store.getState().at);
    const isLast = place === -1 || place === path.length - 1;
    follow(isLast);
    list.scrollToIndex(isLast ? path.length - 1 : place, { align: isLast ? "end" : "start" });
  }, [list, path, scroller, store, follow]);
}

/** Brings the message into sight that the keyboard is to be at; it takes the focus once it is drawn. */
function useReaching(list: List, path: readonly string[]): void {
  const reaching = useCanvas((ui) => ui.reaching);
  useEffect(() => {
    const place = reaching === null ? -1 : path.indexOf(reaching);
    if (place !== -1) list.scrollToIndex(place, { align: "auto" });
  }, [list, path, reaching]);
}
