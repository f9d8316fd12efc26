/** Whether a text may have formulas in it. */
export const mayHaveMath = (text: string): boolean => /\$|\\[([]|^ {0,3}```math/m.test(text);

/** Code, in which signs are only signs. */
const CODE =
  /^[ \t]*(`{3,}|~{3,})[^\n]*(?:\n[\s\S]*?(?:^[ \t]*\1[`~]*[ \t]*$|(?![\s\S]))|$)|(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\2(?!`)/gm;

/**
 * Models write formulas in several ways: `\(x\)`, `\[x\]`, `$x$`. Each becomes `$$x$$`, on lines of its own where it had
 * one to itself. A single dollar begins a formula only where no space follows, and ends it where none is before and no
 * figure after: what costs $5 or $10 is money.
 */
export function withDollars(text: string): string {
  let [written, from] = ["", 0];
  for (const code of text.matchAll(CODE)) {
    written += dollars(text.slice(from, code.index)) + code[0];
    from = code.index + code[0].length;
  }
  return written + dollars(text.slice(from));
}

const MARK = "$$";
const among = (_: string, formula: string): string => MARK + formula.trim() + MARK;
const alone = (_: string, indent: string, formula: string): string =>
  [MARK, formula, MARK].map((line) => indent + line).join("\n");

const dollars = (text: string): string =>
  text
    .replace(/(?<!\\)\\\[((?:(?!\n[ \t]*\n)[\s\S])+?)\\\]/g, (_, formula: string) => MARK + formula + MARK)
    .replace(/(?<!\\)\\\((.+?)\\\)/g, among)
    .replace(/(?<![\\$\w])\$(?![\s$])([^$\n]*?[^\s\\$])\$(?![\d$\w])/g, among)
    .replace(/^([ \t]*)\$\$(?!\$)[ \t]*([^\n$]+?)[ \t]*\$\$[ \t]*$/gm, alone)
    // The marks stand beside the formula, which has several lines.
    .replace(/^([ \t]*)\$\$(?!\$)[ \t]*([^\s$](?:(?!\n[ \t]*\n)[^$])*?)\s*\$\$[ \t]*$/gm, alone);
