import { useEffect } from "react";

import { useCanvasStore, type Unsent } from "../project/ui-state.ts";
import { remember, remembered } from "../remembered.ts";
import type { ProjectSync } from "../sync/index.ts";

const keyOf = ({ user, project }: ProjectSync) => `unsent.${user}.${project}`;
/** Somebody who types does not wait for the disk at every letter. */
const PAUSE_MS = 300;

/** What was typed and not asked is found again, also after the page was closed. */
export function useKeptUnsent(project: ProjectSync): void {
  const store = useCanvasStore();
  useEffect(() => {
    const key = keyOf(project);
    const kept = read(key);
    store.setState(({ unsent }) => ({ unsent: new Map([...kept, ...unsent]) }));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const keep = () => {
      clearTimeout(timer);
      remember(key, JSON.stringify([...store.getState().unsent]));
    };
    const stop = store.subscribe((now, before) => {
      if (now.unsent === before.unsent) return;
      clearTimeout(timer);
      timer = setTimeout(keep, PAUSE_MS);
    });
    addEventListener("pagehide", keep);
    return () => {
      stop();
      removeEventListener("pagehide", keep);
      keep();
    };
  }, [project, store]);
}

function read(key: string): readonly (readonly [string, Unsent])[] {
  const kept = remembered(key);
  return kept === null || kept === "" ? [] : (JSON.parse(kept) as [string, Unsent][]);
}
