/** What French sets apart from the word before it, and no line may end between them. */
const TIGHT = /[ \u00a0\u202f]([?!;])/g;
const APART = /[ \u00a0\u202f]([:»])/g;
const OPENING = /«[ \u00a0\u202f]/g;

const set = (words: string): string =>
  words.replace(TIGHT, "\u202f$1").replace(APART, "\u00a0$1").replace(OPENING, "«\u00a0");

/** A catalogue whose marks keep to their words, also in what it makes of what it is given: it is written with plain spaces. */
export function typeset<T>(said: T): T {
  return typesetAny(said) as T;
}

function typesetAny(said: unknown): unknown {
  if (typeof said === "string") return set(said);
  if (Array.isArray(said)) return said.map(typesetAny);
  if (typeof said === "function") return (...given: unknown[]) => typesetAny((said as Says)(...given));
  if (typeof said !== "object" || said === null) return said;
  return Object.fromEntries(Object.entries(said).map(([name, each]) => [name, typesetAny(each)]));
}

type Says = (...given: unknown[]) => unknown;
