/** The words of a Markdown text line by line, as far as a picture can show how they are set. */
export function readable(markdown: string): string {
  return markdown
    .split("\n")
    .filter((line) => !/^\s*(?:```|~~~)/.test(line) && !/^[\s|:-]*-{3,}[\s|:-]*$/.test(line))
    .map(readableLine)
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

const readableLine = (line: string): string =>
  line
    .replace(/^\s*#+\s+/, "")
    .replace(/^\s*>\s?/, "")
    .replace(/^(\s*)[-*+]\s+/, "$1• ")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/^\s*\|\s*|\s*\|\s*$/g, "")
    .replace(/\s*\|\s*/g, "   ")
    .replace(/\*\*|__|`/g, "")
    .replace(/(^|\s)[*_](\S(?:[^*_]*\S)?)[*_](?=[\s\p{P}]|$)/gu, "$1$2");

/** How wide a text is. */
export type Measure = (text: string) => number;

/** A text in lines that are not wider than there is room for; what does not fit below ends in an ellipsis. */
export function wrapped(text: string, width: number, linesMax: number, measure: Measure): readonly string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.split(/(?<=\s)/).flatMap((each) => pieces(each, width, measure))) {
      if (line !== "" && measure((line + word).trimEnd()) > width) {
        lines.push(line.trimEnd());
        line = "";
        if (lines.length > linesMax) break;
      }
      line += word;
    }
    lines.push(line.trimEnd());
    if (lines.length > linesMax) break;
  }
  if (lines.length <= linesMax) return lines;
  const kept = lines.slice(0, Math.max(0, linesMax));
  const last = kept.pop();
  return last === undefined ? [] : [...kept, `${last.slice(0, Math.max(0, last.length - 1))}…`];
}

/** A word that is wider than there is room for, such as an address, is broken anywhere. */
function pieces(word: string, width: number, measure: Measure): readonly string[] {
  if (measure(word.trimEnd()) <= width) return [word];
  const letters = Array.from(word);
  const parts: string[] = [];
  let part = "";
  for (const letter of letters) {
    if (part !== "" && measure(part + letter) > width) {
      parts.push(part);
      part = "";
    }
    part += letter;
  }
  return [...parts, part];
}
