const NAME_CHARS_MAX = 200;

/** The name of a copy, as long as the server takes it. */
export const copyName = (name: string): string => Array.from(name).slice(0, NAME_CHARS_MAX).join("").trim();

/** Systems refuse some signs in the names of files. */
export function fileName(name: string, ending: string): string {
  const plain = name
    .replace(/[^\p{L}\p{N} ._-]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  return `${plain === "" ? "project" : plain}.${ending}`;
}
