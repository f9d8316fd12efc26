import type { Options } from "react-markdown";

import { late } from "../ui/late.ts";

type Plugin = NonNullable<Options["rehypePlugins"]>[number];

/** The colours of code. */
export const useHighlighter = late(async (): Promise<Plugin> => {
  const { default: highlight } = await import("rehype-highlight");
  return [highlight, { detect: false }];
});
