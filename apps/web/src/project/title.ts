import type { NodeView } from "../sync/index.ts";

const TITLE_LETTERS_MAX = 60;

type Titled = Pick<NodeView, "prompt"> & Partial<Pick<NodeView, "title">>;

/** What a node is called where there is room for one line: its title, or the first words of its prompt without the marks of Markdown. */
export function titleOf(node: Titled | undefined, untitled = ""): string {
  if (node === undefined) return untitled;
  if (node.title != null && node.title !== "") return node.title;
  const line = node.prompt.split("\n").find((each) => /[\p{L}\p{N}]/u.test(each)) ?? "";
  const plain = line
    .replace(/^[\s#>*+-]+/, "")
    .replace(/\*\*|__|`/g, "")
    .replace(/(^|\s)[*_](\S(?:[^*_]*\S)?)[*_](?=[\s\p{P}]|$)/gu, "$1$2")
    .trim();
  if (plain === "") return untitled;
  return plain.length > TITLE_LETTERS_MAX ? `${plain.slice(0, TITLE_LETTERS_MAX - 1).trimEnd()}…` : plain;
}
