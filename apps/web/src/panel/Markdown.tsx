import { memo, useDeferredValue, useMemo } from "react";
import ReactMarkdown, { type Options } from "react-markdown";
import rehypeSanitize, { defaultSchema } from "rehype-sanitize";
import remarkGfm from "remark-gfm";

import { classes } from "../ui/classes.ts";
import { blocksOf } from "./markdown/blocks.ts";
import { elements } from "./markdown/elements.tsx";
import { useHighlighter } from "./markdown/highlighting.ts";
import { inert } from "./markdown/inert.ts";
import styles from "./markdown/Markdown.module.css";

interface Props {
  text: string;
  /** Whether the text still grows. */
  live?: boolean;
  className?: string | undefined;
}

/** An answer as it was meant: Markdown, of which nothing can act. */
export function Markdown({ text, live = false, className }: Props) {
  // Text may come faster than it can be drawn; then what is in between is left out.
  const shown = useDeferredValue(text);
  const { parts, definitions } = useMemo(() => blocksOf(shown), [shown]);
  return (
    <div className={classes(styles.markdown, live && styles.live, className)}>
      {parts.map((part, place) => (
        <Part key={place} text={part} definitions={part.includes("[") ? definitions : ""} live={live} />
      ))}
    </div>
  );
}

const remarkPlugins: Options["remarkPlugins"] = [remarkGfm, inert];
// Only footnotes have names here, and theirs would no longer be found under other ones.
const sanitize: NonNullable<Options["rehypePlugins"]>[number] = [rehypeSanitize, { ...defaultSchema, clobber: [] }];
const plain: Options["rehypePlugins"] = [sanitize];

/** Drawn again only when its own text changes. */
export const Part = memo(function Part({ text, definitions, live }: { text: string; definitions: string; live: boolean }) {
  // Code that grows would be coloured anew with every word.
  const highlighter = useHighlighter(!live && /^\s*(?:[-*+>\d.)]+\s+)*(?:```|~~~)/m.test(text));
  // Colours come last: what they add is ours.
  const rehypePlugins = useMemo(() => (highlighter === null ? plain : [sanitize, highlighter]), [highlighter]);
  return (
    <ReactMarkdown remarkPlugins={remarkPlugins} rehypePlugins={rehypePlugins} components={elements}>
      {definitions === "" ? text : `${definitions}\n\n${text}`}
    </ReactMarkdown>
  );
});
