import { useEffect, useState, type RefObject } from "react";

/** What is marked for everybody who compares; `Columns.module.css` says how that looks. */
const NAME = "compared";
/** An answer that is drawn in several steps is compared once. */
const REST_MS = 60;

/** Older browsers cannot mark what is drawn without changing it, and do without. */
export const canMark = (): boolean => "Highlight" in globalThis && "highlights" in CSS;

/**
 * Marks in each column of an element what its answer says and the one that was chosen does not. Nothing is drawn
 * otherwise for it, so that tables, code and lists stay as they are. Says by column how many words that is.
 */
export function useMarks(element: RefObject<HTMLElement | null>, base: string | null): ReadonlyMap<string, number> {
  const [words, setWords] = useState<ReadonlyMap<string, number>>(new Map());
  useEffect(() => {
    const { current } = element;
    if (current === null || base === null || !canMark()) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isOver = false;
    const mark = async () => {
      const marking = await import("./marking.ts");
      if (isOver) return;
      const columns = [...current.querySelectorAll<HTMLElement>("[data-column]")];
      const readings = new Map(columns.map((column) => [column.dataset.column ?? "", marking.readingOf(column)]));
      const against = readings.get(base)?.text ?? "";
      readings.delete(base);
      const marks = [...readings].map(([id, reading]) => [id, marking.markingOf(against, reading)] as const);
      CSS.highlights.set(NAME, new Highlight(...marks.flatMap(([, { ranges }]) => ranges)));
      setWords(new Map(marks.map(([id, each]) => [id, each.words])));
    };
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(() => void mark(), REST_MS);
    };
    const observer = new MutationObserver(soon);
    observer.observe(current, { childList: true, subtree: true, characterData: true });
    soon();
    return () => {
      isOver = true;
      clearTimeout(timer);
      observer.disconnect();
      CSS.highlights.delete(NAME);
      setWords(new Map());
    };
  }, [element, base]);
  return words;
}
