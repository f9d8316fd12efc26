import type { Schemas } from "../../api/client.ts";

export type Page = Schemas["MediaPage"];

/** Places that are found and shown; of a file in which there are more, the first. */
export const MATCHES_MAX = 1_000;
/** Rows of a table that are drawn. */
export const ROWS_MAX = 500;

/** Where words stand: on which page, in which of its pieces, from where to where in that. */
export interface Match {
  readonly page: number;
  readonly piece: number;
  readonly from: number;
  readonly to: number;
}

/** A page as it is drawn: rows of a table, or one text. Its pieces are its cells, or that text. */
export interface Drawn {
  readonly page: number;
  readonly heading: string | null;
  readonly rows: readonly (readonly string[])[] | null;
  /** Rows that are not drawn. */
  readonly more: number;
  readonly pieces: readonly string[];
}

export function drawnPages(name: string, pages: readonly Page[]): readonly Drawn[] {
  const ending = /\.(csv|tsv|xlsx)$/iu.exec(name)?.[1]?.toLowerCase();
  return pages.map(({ page, heading, text }) => {
    if (ending === undefined) return { page, heading, rows: null, more: 0, pieces: [text] };
    const all = ending === "csv" ? rowsOf(text, separatorOf(text)) : rowsOf(text, "\t");
    const rows = all.slice(0, ROWS_MAX);
    return { page, heading, rows, more: all.length - rows.length, pieces: rows.flat() };
  });
}

/** What stands between the cells, by what is most often in the first line. */
function separatorOf(text: string): string {
  const [first = ""] = text.split("\n", 1);
  const count = (letter: string) => first.split(letter).length;
  return [";", "\t"].reduce((best, letter) => (count(letter) > count(best) ? letter : best), ",");
}

/** Cells may stand in quotation marks, and hold the separator and the ends of lines then. */
export function rowsOf(text: string, separator: string): string[][] {
  const rows: string[][] = [];
  let [row, cell, isQuoted]: [string[], string, boolean] = [[], "", false];
  const endRow = () => {
    row.push(cell);
    if (row.some((one) => one !== "")) rows.push(row);
    [row, cell] = [[], ""];
  };
  for (let at = 0; at < text.length; at += 1) {
    const letter = text.charAt(at);
    if (letter === '"' && separator !== "\t") {
      if (isQuoted && text.charAt(at + 1) === '"') {
        cell += letter;
        at += 1;
      } else isQuoted = !isQuoted;
    } else if (isQuoted) cell += letter;
    else if (letter === separator) {
      row.push(cell);
      cell = "";
    } else if (letter === "\n") endRow();
    else cell += letter;
  }
  endRow();
  return rows;
}

/** Where these words stand, however they are broken into lines, in large letters or small. */
export function matchesIn(pages: readonly Drawn[], words: string): readonly Match[] {
  const parts = words.trim().split(/\s+/u);
  if (parts[0] === "") return [];
  const pattern = new RegExp(parts.map(escaped).join(String.raw`\s+`), "giu");
  const found: Match[] = [];
  for (const { page, pieces } of pages) {
    for (const [piece, text] of pieces.entries()) {
      for (const { index, 0: whole } of text.matchAll(pattern)) {
        if (found.length === MATCHES_MAX) return found;
        found.push({ page, piece, from: index, to: index + whole.length });
      }
    }
  }
  return found;
}

const escaped = (text: string) => text.replaceAll(/[$()*+./?[\\\]^{|}-]/gu, String.raw`\$&`);
