import { useCallback, useEffect, useRef } from "react";

/** Operations whose refusal is said beside what was pressed, so that it need not be said to the whole page. */
const explained = new Set<string>();

export const isExplainedElsewhere = (id: string): boolean => explained.has(id);

/** Takes over saying what became of operations, as long as the component is there to say it. */
export function useExplaining(): (id: string) => void {
  const mine = useRef(new Set<string>());
  useEffect(() => {
    const { current } = mine;
    return () => {
      for (const id of current) explained.delete(id);
    };
  }, []);
  return useCallback((id) => {
    mine.current.add(id);
    explained.add(id);
  }, []);
}
