import type { Element, ElementContent, Root, RootContent } from "hast";
import type { Options } from "react-markdown";

import { late } from "../ui/late.ts";

type Plugin = NonNullable<Options["rehypePlugins"]>[number];

interface Maths {
  readonly remark: Plugin;
  readonly rehype: Plugin;
}

/** A formula that grows larger than this is a trick and no formula. */
const SIZE_EM_MAX = 20;
const EXPANSIONS_MAX = 500;

/** Makes of a formula what stands for it; null where it cannot. */
type Draw = (formula: string, isDisplay: boolean) => ElementContent[] | null;

/**
 * Formulas as they are printed. Nothing in them links, loads or names anything: KaTeX trusts nobody unless told to. What
 * it writes is read without the page's own parser, which would have to allow its styles.
 */
export const useMaths = late(async (): Promise<Maths> => {
  const [{ default: remark }, { default: katex }, { fromHtml }] = await Promise.all([
    import("remark-math"),
    import("katex"),
    import("hast-util-from-html"),
    import("katex/dist/katex.min.css"),
  ]);
  const options = {
    trust: false,
    strict: "ignore",
    throwOnError: false,
    maxSize: SIZE_EM_MAX,
    maxExpand: EXPANSIONS_MAX,
  } as const;
  const draw: Draw = (formula, isDisplay) => {
    try {
      const written = katex.renderToString(formula, { ...options, displayMode: isDisplay });
      return fromHtml(written, { fragment: true }).children.filter((child) => child.type !== "doctype");
    } catch {
      return null;
    }
  };
  // One dollar is money far more often than it is mathematics; `withDollars` knows the difference.
  return { remark: [remark, { singleDollarTextMath: false }], rehype: [drawing, draw] };
});

const drawing = (draw: Draw) => (tree: Root) => drawIn(tree, draw);

function drawIn(parent: Root | Element, draw: Draw): void {
  const children: readonly RootContent[] = parent.children;
  parent.children = children.flatMap((child): ElementContent[] => {
    if (child.type === "doctype") return [];
    if (child.type !== "element") return [child];
    const [only] = child.children;
    const isDisplay = child.tagName === "pre" && isFormula(only);
    const formula = isDisplay ? only : child;
    const drawn = isFormula(formula) ? draw(textOf(formula), isDisplay) : null;
    if (drawn !== null) return drawn;
    drawIn(child, draw);
    return [child];
  });
}

function isFormula(node: ElementContent | undefined): node is Element {
  if (node?.type !== "element" || node.tagName !== "code") return false;
  const names = node.properties.className;
  return Array.isArray(names) && names.includes("language-math");
}

const textOf = ({ children }: Element): string =>
  children.map((child) => (child.type === "text" ? child.value : "")).join("");
