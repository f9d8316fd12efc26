import { ownStretches } from "../../project/differences.ts";

/** The letters of a text node, and where they stand in the text as a whole. */
interface Piece {
  readonly node: Text;
  readonly from: number;
}

/** What is read of an element, and in which of its nodes that stands. */
export interface Reading {
  readonly text: string;
  readonly pieces: readonly Piece[];
}

/** What is no part of the text: buttons, drawings, what only screen readers hear, formulas. */
const BESIDE = "button, svg, .visually-hidden, .katex";
const BLOCK = "p, li, td, th, h1, h2, h3, h4, h5, h6, pre, blockquote, div";

/** What somebody reads in an element; where one block ends and another begins, two words must not become one. */
export function readingOf(element: Element): Reading {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const pieces: Piece[] = [];
  let text = "";
  let block: Element | null = null;
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const { parentElement, data } = node as Text;
    if (parentElement?.closest(BESIDE) !== null) continue;
    const own = parentElement.closest(BLOCK);
    if (own !== block && text !== "") text += "\n";
    block = own;
    pieces.push({ node: node as Text, from: text.length });
    text += data;
  }
  return { text, pieces };
}

/** What an answer says that another does not, and how many words that is. */
export interface Marking {
  readonly ranges: readonly Range[];
  readonly words: number;
}

export function markingOf(base: string, own: Reading): Marking {
  const stretches = ownStretches(base, own.text);
  return {
    ranges: stretches.flatMap(({ from, to }) => rangesOf(own, from, to)),
    words: stretches.reduce((sum, { words }) => sum + words, 0),
  };
}

/** A stretch of the text, in each of the nodes that it goes through. */
function rangesOf({ pieces }: Reading, from: number, to: number): Range[] {
  return pieces.flatMap((piece) => {
    const [start, end] = [Math.max(from, piece.from), Math.min(to, piece.from + piece.node.data.length)];
    if (start >= end) return [];
    const range = document.createRange();
    range.setStart(piece.node, start - piece.from);
    range.setEnd(piece.node, end - piece.from);
    return [range];
  });
}
