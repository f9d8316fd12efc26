import { useEffect } from "react";

import { remember, remembered } from "../remembered.ts";
import { may } from "../project/rights.ts";
import type { ProjectSync } from "../sync/index.ts";

/** What was being typed as the page went away. */
interface KeptDraft {
  readonly node: string;
  /** What stood there before the last letters. */
  readonly base: string;
  readonly text: string;
}

const keyOf = ({ user, project }: ProjectSync) => `draft.${user}.${project}`;

/** The queue writes to the device in its own time, and a page that goes away has none. */
export function keepDraft(project: ProjectSync, draft: KeptDraft): void {
  remember(keyOf(project), JSON.stringify(draft));
}

/** Saves what was being typed when the page went away, unless the text has changed since. */
export function useKeptDraft(project: ProjectSync): void {
  useEffect(() => {
    const key = keyOf(project);
    const kept = remembered(key);
    if (kept === null || kept === "") return;
    remember(key, "");
    const { node, base, text } = JSON.parse(kept) as KeptDraft;
    const mayWrite = may(project.graph(), "graph:write");
    if (mayWrite && project.node(node)?.prompt === base)
      project.submit("node.update", { id: node, prompt: text, whileGenerating: "CANCEL" });
  }, [project]);
}
