import { language } from "../../text/index.ts";

export { formatOf, useFormat, type Format } from "../../ui/format.ts";

const TITLE_MAX = 80;

/** The first words of a prompt, without the marks of Markdown. */
export function titleOf(prompt: string, untitled: string): string {
  const line = prompt.split("\n").find((line) => /[\p{L}\p{N}]/u.test(line)) ?? "";
  const plain = line
    .replace(/^[\s#>*+-]+/, "")
    .replace(/[`*_]/g, "")
    .trim();
  if (plain === "") return untitled;
  return plain.length > TITLE_MAX ? `${plain.slice(0, TITLE_MAX).trimEnd()}…` : plain;
}

export const msBetween = (from: string, to: string): number => Math.max(0, Date.parse(to) - Date.parse(from));

/** For sorting names. */
export const byName = (a: string, b: string): number => a.localeCompare(b, language());
