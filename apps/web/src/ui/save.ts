/** Gives somebody a file to keep. */
export function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  URL.revokeObjectURL(address);
}

/** Systems refuse some signs in the names of files. */
export function fileName(name: string, ending: string): string {
  const plain = name
    .replace(/[^\p{L}\p{N} ._-]+/gu, " ")
    .replace(/\s+/g, " ")
    .trim();
  return `${plain === "" ? "project" : plain}.${ending}`;
}
