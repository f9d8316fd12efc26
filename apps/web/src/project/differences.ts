import { diffArrays } from "diff";

/** A run of words: in both texts, or in one of them only. */
export interface Run {
  readonly text: string;
  readonly in: "both" | "a" | "b";
}

/** Beyond this many differing words nobody reads differences, and finding them would take long. */
const EDITS_MAX = 1_000;

/** Which words two texts have in common, in the order of both. */
export function differences(a: string, b: string): readonly Run[] {
  const changes = diffArrays(wordsOf(a), wordsOf(b), { maxEditLength: EDITS_MAX });
  // Texts that have little in common stand whole.
  if (changes === undefined) return [run("a", [a]), run("b", [b])];
  return changes.map(({ value, added, removed }) => run(added ? "b" : removed ? "a" : "both", value));
}

const run = (where: Run["in"], words: readonly string[]): Run => ({ text: words.join(""), in: where });

/** Words with the space after them, so that they can be put together again. */
const wordsOf = (text: string): string[] => text.match(/\S+\s*|\s+/g) ?? [];

/** A stretch of words in a text. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly words: number;
}

/** Where a text has words that another one does not have there, whatever space is between them. */
export function ownStretches(other: string, own: string): readonly Stretch[] {
  const places = [...own.matchAll(/\S+/g)];
  const ends = (first: number, count: number): Stretch[] => {
    const [start, last] = [places[first], places[first + count - 1]];
    return start === undefined || last === undefined
      ? []
      : [{ from: start.index, to: last.index + last[0].length, words: count }];
  };
  const words = places.map(([word]) => word);
  const changes = diffArrays(other.match(/\S+/g) ?? [], words, { maxEditLength: EDITS_MAX });
  if (changes === undefined) return ends(0, words.length);
  let at = 0;
  return changes.flatMap(({ added, removed, count }) => {
    if (removed) return [];
    const first = at;
    at += count;
    return added ? ends(first, count) : [];
  });
}
