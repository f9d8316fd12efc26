import { useSyncExternalStore } from "react";
import type { Options } from "react-markdown";

import { Emitter } from "../sync/index.ts";

type Plugin = NonNullable<Options["rehypePlugins"]>[number];

/** The colours of code come when the first finished code is shown. Without them it is read as well. */
let highlighter: Plugin | null = null;
let asked = false;
const arrived = new Emitter<undefined>();

async function load(): Promise<void> {
  const { default: highlight } = await import("rehype-highlight");
  highlighter = [highlight, { detect: false }];
  arrived.emit(undefined);
}

export function useHighlighter(wanted: boolean): Plugin | null {
  return useSyncExternalStore(wanted ? subscribe : never, () => (wanted ? highlighter : null), none);
}

function subscribe(listener: () => void): () => void {
  if (!asked) {
    asked = true;
    void load().catch(() => {
      asked = false;
    });
  }
  return arrived.listen(listener);
}

const never = () => () => undefined;
const none = () => null;
