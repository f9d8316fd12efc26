import { shapeOf } from "../../project/graph.ts";
import type { CanvasGraph, NodeView } from "../../sync/index.ts";
import { titleAmong, titleOf } from "../../project/title.ts";

/** The command that opens the palette, which does not offer itself. */
export const SEARCH = "search";

/** A stretch of a text, and whether it is what was looked for. */
export interface Piece {
  readonly text: string;
  readonly isHit: boolean;
}

export interface Hit {
  readonly id: string;
  readonly title: readonly Piece[];
  /** Where it was found, if not in the title. */
  readonly snippet: readonly Piece[] | null;
  /** What leads to it, the nearest last; empty for what begins a branch. */
  readonly path: string;
  readonly score: number;
}

const HITS_MAX = 30;
const AROUND = 48;
const PATH_MAX = 3;

/** Nodes that have all the words, those first that fit best; of equals, the one that changed last. */
export function findNodes(graph: CanvasGraph, wanted: string): readonly Hit[] {
  const words = wordsOf(wanted);
  if (words.length === 0) return [];
  return [...graph.nodes.values()]
    .map((node) => ({ node, score: scoreOf(node, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || b.node.updatedAt.localeCompare(a.node.updatedAt))
    .slice(0, HITS_MAX)
    .map(({ node, score }) => hitOf(graph, node, words, score));
}

/** How well a name fits what was typed; nothing if it does not. */
export function fitOf(name: string, wanted: string): number {
  const words = wordsOf(wanted);
  const said = plain(name);
  return words.length === 0 ? 1 : sumOrNothing(words.map((word) => within(said, word)));
}

const wordsOf = (wanted: string): readonly string[] => plain(wanted.trim()).split(/\s+/).filter(Boolean);

/** Whoever looks for "cafe" means "café" as well. */
const plain = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** At its beginning a word fits best, then at that of another word, then anywhere. */
function within(text: string, word: string): number {
  const at = text.indexOf(word);
  if (at < 0) return 0;
  if (at === 0) return 4;
  return /[\p{L}\p{N}]/u.test(text[at - 1] ?? "") ? 2 : 3;
}

const sumOrNothing = (scores: readonly number[]): number =>
  scores.every((score) => score > 0) ? scores.reduce((sum, score) => sum + score, 0) : 0;

const TITLE_WEIGHT = 10;
const TAG_WEIGHT = 8;
const PROMPT_WEIGHT = 4;

function scoreOf(node: NodeView, words: readonly string[]): number {
  const { title, tags, prompt, response } = plainOf(node);
  return sumOrNothing(
    words.map((word) =>
      Math.max(
        TITLE_WEIGHT * within(title, word),
        TAG_WEIGHT * Math.max(0, ...tags.map((tag) => within(tag, word))),
        PROMPT_WEIGHT * within(prompt, word),
        within(response, word),
      ),
    ),
  );
}

interface Plain {
  readonly title: string;
  readonly tags: readonly string[];
  readonly prompt: string;
  readonly response: string;
}
const plains = new WeakMap<NodeView, Plain>();

/** What a node says, as it is searched; made once, and not anew for every letter that is typed. */
function plainOf(node: NodeView): Plain {
  const known = plains.get(node);
  if (known !== undefined) return known;
  const { prompt, response, tags = [] } = node;
  const made = {
    title: plain(titleOf(node)),
    tags: tags.map(plain),
    prompt: plain(prompt),
    response: plain(response ?? ""),
  };
  plains.set(node, made);
  return made;
}

function hitOf(graph: CanvasGraph, node: NodeView, words: readonly string[], score: number): Hit {
  const title = titleAmong(graph.nodes, node);
  const said = plainOf(node);
  const isAllInTitle = words.every((word) => said.title.includes(word));
  const text = words.some((word) => said.prompt.includes(word) && !said.title.includes(word))
    ? node.prompt
    : (node.response ?? node.prompt);
  return {
    id: node.id,
    title: marked(title, words),
    snippet: isAllInTitle ? null : marked(around(text, words), words),
    path: pathTo(graph, node.id),
    score,
  };
}

/** The titles of what leads to a node, along the first of each one's parents. */
function pathTo(graph: CanvasGraph, id: string): string {
  const { into } = shapeOf(graph);
  const titles: string[] = [];
  const seen = new Set([id]);
  for (let at = into.get(id)?.[0]?.sourceId; at !== undefined && !seen.has(at); at = into.get(at)?.[0]?.sourceId) {
    seen.add(at);
    const node = graph.nodes.get(at);
    if (node !== undefined) titles.unshift(titleOf(node));
  }
  return (titles.length > PATH_MAX ? ["…", ...titles.slice(-PATH_MAX)] : titles).join(" › ");
}

function around(text: string, words: readonly string[]): string {
  const line = text.replace(/\s+/g, " ");
  const { said, places } = spelt(line);
  const found = words.map((word) => said.indexOf(word)).filter((at) => at >= 0);
  const at = places[Math.min(...found)] ?? 0;
  const from = Math.max(0, at - AROUND);
  const to = at + 2 * AROUND;
  return `${from > 0 ? "…" : ""}${line.slice(from, to)}${to < line.length ? "…" : ""}`;
}

/** The text in pieces, so that what was looked for can be lit. */
export function marked(text: string, words: readonly string[]): readonly Piece[] {
  const { said, places } = spelt(text);
  const lit = new Set<number>();
  for (const word of words)
    for (let at = said.indexOf(word); at >= 0; at = said.indexOf(word, at + 1))
      for (let letter = at; letter < at + word.length; letter += 1) lit.add(places[letter] ?? 0);
  const pieces: { text: string; isHit: boolean }[] = [];
  for (const [place, letter] of Array.from(text).entries()) {
    const last = pieces.at(-1);
    const isHit = lit.has(place);
    if (last?.isHit === isHit) last.text += letter;
    else pieces.push({ text: letter, isHit });
  }
  return pieces;
}

/** A text as it is searched, and which letter of it each letter of that is: plain letters can be fewer, or more. */
function spelt(text: string): { said: string; places: readonly number[] } {
  let said = "";
  const places: number[] = [];
  for (const [place, letter] of Array.from(text).entries()) {
    const as = plain(letter);
    said += as;
    places.push(...Array<number>(as.length).fill(place));
  }
  return { said, places };
}
