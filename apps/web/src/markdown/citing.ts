import type { Element, ElementContent, Root, Text } from "hast";

import type { Cited } from "./citations.ts";

/** What is quoted is not shorter; and so much is looked for at most. */
const QUOTE_CHARS_MIN = 8;
const QUOTE_CHARS_MAX = 400;
const QUOTED = /[“"«]\s*([^”"»]+?)\s*[”"»]/gu;
/** Of code nothing is a citation. */
const UNREAD: readonly string[] = ["code", "pre", "a", "cite"];

/** Makes elements of citations: `[rain.pdf, p. 2]`, where `rain.pdf` is one of these files. */
export function citing(files: readonly Cited[]) {
  const pattern = patternOf(files);
  return () =>
    (tree: Root): void => {
      inside(tree, files, pattern);
    };
}

function patternOf(files: readonly Cited[]): RegExp {
  const names = files.map(({ name }) => name).toSorted((a, b) => b.length - a.length);
  const written = names.map((name) =>
    name
      .split(/\s+/u)
      .map(escaped)
      .join(String.raw`\s+`),
  );
  // Whatever else stands behind the page, such as a heading, belongs to it.
  return new RegExp(String.raw`\[(${written.join("|")})(?:,?\s+(?:pp?\.?|pages?)\s*(\d+)(?:\D[^\]]*)?)?\]`, "giu");
}

const escaped = (text: string) => text.replaceAll(/[$()*+./?[\\\]^{|}-]/gu, String.raw`\$&`);
const sameName = (text: string) => text.replaceAll(/\s+/gu, " ").toLowerCase();

function inside(parent: Root | Element, files: readonly Cited[], pattern: RegExp): void {
  if (parent.type === "element" && UNREAD.includes(parent.tagName)) return;
  let before = "";
  parent.children = parent.children.flatMap((child): ElementContent[] => {
    if (child.type === "text") {
      const parts = cut(child, before, files, pattern);
      before += child.value;
      return parts;
    }
    if (child.type === "element") {
      inside(child, files, pattern);
      before += textOf(child);
    }
    return child.type === "doctype" ? [] : [child];
  });
}

function cut({ value }: Text, before: string, files: readonly Cited[], pattern: RegExp): ElementContent[] {
  const parts: ElementContent[] = [];
  let from = 0;
  for (const found of value.matchAll(pattern)) {
    const [whole, name = "", page] = found;
    const file = files.find((one) => sameName(one.name) === sameName(name));
    if (file === undefined) continue;
    const quote = quotedIn(before + value.slice(0, found.index));
    parts.push({ type: "text", value: value.slice(from, found.index) });
    parts.push({
      type: "element",
      tagName: "cite",
      properties: { dataFile: file.id, dataPage: page, dataQuote: quote },
      children: [{ type: "text", value: whole.slice(1, -1) }],
    });
    from = found.index + whole.length;
  }
  return [...parts, { type: "text", value: value.slice(from) }];
}

/** The last words in quotation marks, which is what the citation stands for. */
function quotedIn(text: string): string | undefined {
  const last = [...text.matchAll(QUOTED)].at(-1)?.[1];
  return last === undefined || last.length < QUOTE_CHARS_MIN ? undefined : last.slice(0, QUOTE_CHARS_MAX);
}

const textOf = (node: ElementContent): string =>
  node.type === "text" ? node.value : node.type === "element" ? node.children.map(textOf).join("") : "";
