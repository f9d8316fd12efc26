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

type Nodes = ReadonlyMap<string, NodeView>;
const ordered = new WeakMap<Nodes, ReadonlyMap<string, readonly string[]>>();

/** The ids of those that are called the same, the oldest first; worked out once for each state of a graph. */
function namesakes(nodes: Nodes): ReadonlyMap<string, readonly string[]> {
  const known = ordered.get(nodes);
  if (known !== undefined) return known;
  const made = new Map<string, string[]>();
  for (const node of nodes.values()) {
    const title = titleOf(node);
    const others = made.get(title);
    if (others === undefined) made.set(title, [node.id]);
    else others.push(node.id);
  }
  // Ids begin with the time.
  for (const ids of made.values()) ids.sort();
  ordered.set(nodes, made);
  return made;
}

/** What a node is called in a list of several: of those with the same title, which one it is. */
export function titleAmong(nodes: Nodes, node: NodeView, untitled = ""): string {
  const title = titleOf(node);
  const same = namesakes(nodes).get(title) ?? [];
  const name = title === "" ? untitled : title;
  return same.length > 1 ? `${name} (${same.indexOf(node.id) + 1})` : name;
}
