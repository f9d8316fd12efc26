/** Words of an answer, as Markdown writes that somebody else said them. */
export const quoted = (words: string): string =>
  words
    .trim()
    .split("\n")
    .map((line) => `> ${line}`.trimEnd())
    .join("\n");
