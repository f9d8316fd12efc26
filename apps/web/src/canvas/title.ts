import type { NodeView } from "../sync/index.ts";

const TITLE_LETTERS_MAX = 60;

/** What a node is called where there is room for one line. */
export function titleOf({ title, prompt }: Pick<NodeView, "title" | "prompt">): string {
  if (title != null) return title;
  const line = prompt.trim().split("\n", 1)[0] ?? "";
  return line.length > TITLE_LETTERS_MAX ? `${line.slice(0, TITLE_LETTERS_MAX - 1)}…` : line;
}
