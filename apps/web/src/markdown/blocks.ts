/**
 * Cuts Markdown where one part cannot change how another is read, so that of an answer that grows only the end is
 * read again. The parts, one after the other, are the text.
 *
 * It knows lines, not Markdown: wherever it cannot be sure it does not cut, and the rest is one part. Definitions of
 * links are named beside the parts, since they hold everywhere; formulas with empty lines, footnotes, and definitions inside of lists and quotes,
 * keep the whole text together. Only a definition whose name goes over several lines holds in its own part alone.
 */
export interface Blocks {
  readonly parts: readonly string[];
  /** The definitions of links in the order of the text: the first of a name counts. */
  readonly definitions: string;
}

const PART_CHARS_MIN = 600;

const BLANK = /^\s*$/;
const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;
const RULE = /^ {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$/;
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])([ \t]+|$)(.*)$/;
/** An item that begins a list where it would not within a paragraph either. */
const FIRST = /^ {0,3}(?:[-*+]|1[.)])[ \t]+\S/;
const TAG = /^ {0,3}<[a-z/!?]/i;
const DEFINITION =
  /^ {0,3}\[(?!\^)[^\][\\]*[^\][\\\s][^\][\\]*\]:[ \t]*[^\s<>()\\]+(?:[ \t]+(?:"[^"\\]*"|'[^'\\]*'))?[ \t]*$/;
const MAYBE_DEFINITION = /^[\s>*+\-\d.)]*\[[^\]]*\]:/;

/** Begins or ends a formula that has lines of its own. */
const FORMULA = /^\s*(?:\$\$[^$]*|[^$]*\$\$|\\\[(?:(?!\\\]).)*|(?:(?!\\\[).)*\\\])\s*$/;

/** HTML that may hold empty lines, and what ends it. */
const LONG_HTML: readonly (readonly [RegExp, RegExp])[] = [
  [/^ {0,3}<(?:script|pre|style|textarea)(?:\s|>|$)/i, /<\/(?:script|pre|style|textarea)>/i],
  [/^ {0,3}<!--/, /-->/],
  [/^ {0,3}<\?/, /\?>/],
  [/^ {0,3}<!\[CDATA\[/, /\]\]>/],
  [/^ {0,3}<![a-z]/i, />/],
];

/** Where the text of a list's items begins, and whether the list is one for sure. */
interface List {
  readonly offset: number;
  readonly sure: boolean;
}

type Step = "on" | "cut" | "unsure" | "whole";

/** What the lines so far leave open. */
class Reader {
  readonly definitions: string[] = [];
  #afterBlank = true;
  #afterDefinition = false;
  #list: List | null = null;
  /** Ends the code or the HTML that is open. */
  #until: RegExp | null = null;
  #inHtml = false;
  #inFormula = false;

  read(line: string): Step {
    if (this.#until !== null) {
      if (this.#until.test(line)) this.#until = null;
      return "on";
    }
    if (BLANK.test(line)) {
      // Whether the formula goes on only the parser knows.
      if (this.#inFormula) return "unsure";
      this.#afterBlank = true;
      this.#inHtml = false;
      return "on";
    }
    if (FORMULA.test(line)) this.#inFormula = !this.#inFormula;
    const step = this.#readText(line);
    this.#afterBlank = false;
    return step;
  }

  #readText(line: string): Step {
    const indent = widthOf(/^[ \t]*/.exec(line)?.[0] ?? "");
    const inside = this.#list !== null && indent >= this.#list.offset;
    const opens = indent < 4 && (FENCE.test(line) || TAG.test(line));
    if (opens && (this.#inHtml || (inside && this.#list?.sure === false))) return "unsure";
    if (MAYBE_DEFINITION.test(line) && !this.#isDefinition(line, inside)) return "whole";
    // What looked like a definition may be the head of a table.
    if (this.#afterDefinition && /^[\s|:-]+$/.test(line)) return "whole";
    if (inside) return "on";
    const item = RULE.test(line) ? null : ITEM.exec(line);
    // The parser takes other items after indented code for text.
    const begins = item === null || (this.#list === null && FIRST.test(line));
    const cuts = this.#afterBlank && indent === 0 && begins;
    this.#follow(line, item);
    return cuts ? "cut" : "on";
  }

  #isDefinition(line: string, inside: boolean): boolean {
    if (inside || this.#inHtml || !DEFINITION.test(line) || !(this.#afterBlank || this.#afterDefinition)) return false;
    this.definitions.push(line.trim());
    return true;
  }

  /** What this line leaves open outside of the list, if there was one. */
  #follow(line: string, item: RegExpExecArray | null): void {
    this.#afterDefinition = DEFINITION.test(line);
    this.#until = closerOf(line);
    this.#inHtml ||= TAG.test(line) && this.#until === null;
    if (item !== null) this.#list = this.#listOf(item);
    else if (this.#afterBlank || this.#until !== null) this.#list = null;
    // Either the last item goes on, or something else began.
    else if (this.#list !== null) this.#list = { ...this.#list, sure: false };
  }

  #listOf([line, before = "", marker = "", gap = "", rest = ""]: RegExpExecArray): List {
    const spaces = rest === "" || gap.length > 4 ? 1 : gap.length;
    const begins = this.#afterBlank || this.#list?.sure === true || (FIRST.test(line) && !this.#inHtml);
    const sure = begins && rest !== "" && !gap.includes("\t") && !RULE.test(rest);
    return { offset: before.length + marker.length + spaces, sure };
  }
}

function closerOf(line: string): RegExp | null {
  const fence = FENCE.exec(line)?.[1];
  if (fence !== undefined) return new RegExp(`^ {0,3}${fence.charAt(0)}{${fence.length},}[ \\t]*$`);
  const html = LONG_HTML.find(([opens]) => opens.test(line));
  if (html === undefined) return null;
  const [opens, closes] = html;
  return closes.test(line.replace(opens, "")) ? null : closes;
}

function widthOf(blank: string): number {
  let width = 0;
  for (const character of blank) width += character === "\t" ? 4 - (width % 4) : 1;
  return width;
}

/** `least` characters a part has, but for the last: many small ones would cost more than they spare. */
export function blocksOf(text: string, least = PART_CHARS_MIN): Blocks {
  const reader = new Reader();
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length;) {
    const newline = text.indexOf("\n", at);
    const end = newline === -1 ? text.length : newline;
    const step = reader.read(text.slice(at, end).replace(/\r$/, ""));
    if (step === "whole") return { parts: [text], definitions: "" };
    if (step === "unsure") {
      if (
        text
          .slice(at)
          .split("\n")
          .some((rest) => MAYBE_DEFINITION.test(rest))
      )
        return { parts: [text], definitions: "" };
      break;
    }
    if (step === "cut" && at > from && at - from >= least) {
      parts.push(text.slice(from, at));
      from = at;
    }
    at = end + 1;
  }
  return { parts: [...parts, text.slice(from)], definitions: reader.definitions.join("\n") };
}
