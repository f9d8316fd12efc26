/** As many characters as the server takes. */
const CHARS_MAX = 200;

/** Which pages somebody typed, as the server takes them (`1-3,7`), or what is wrong with it. */
export type PageChoice = { readonly pages: string } | { readonly wrong: "form" | "beyond" | "long" };

/** Reads what people type for pages of a file with so many: with spaces, dashes of any length, and semicolons. */
export function pageChoice(typed: string, count: number): PageChoice {
  const pages = typed
    .replace(/\s+/gu, " ")
    .replace(/ ?[-–—] ?/gu, "-")
    .split(/ ?[,;] ?| /u)
    .filter((part) => part !== "");
  if (pages.length === 0) return { wrong: "form" };
  for (const part of pages) {
    const [, first = "", last = first] = /^(\d+)(?:-(\d+))?$/u.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === "" || from === 0 || from > to) return { wrong: "form" };
    if (to > count) return { wrong: "beyond" };
  }
  const written = pages.join(",");
  return written.length > CHARS_MAX ? { wrong: "long" } : { pages: written };
}

/** The same as people write it. */
export const readable = (pages: string): string => pages.replaceAll(",", ", ");
