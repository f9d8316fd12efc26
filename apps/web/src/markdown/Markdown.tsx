import { memo, use, useDeferredValue, useEffect, useId, useMemo, useRef, useState } from "react";
import ReactMarkdown, { type Options } from "react-markdown";
import rehypeSanitize, { defaultSchema } from "rehype-sanitize";
import remarkGfm from "remark-gfm";

import { useText } from "../text/index.ts";
import { classes } from "../ui/classes.ts";
import { blocksOf } from "./blocks.ts";
import { CitationsContext, CitedContext, useCiting, type Cited } from "./citations.ts";
import { elements } from "./elements.tsx";
import { mayHaveMath, withDollars } from "./dollars.ts";
import { useHighlighter } from "./highlighting.ts";
import { inert } from "./inert.ts";
import { LiveContext } from "./live.ts";
import styles from "./Markdown.module.css";
import { useMaths } from "./math.ts";

interface Props {
  text: string;
  /** Whether the text still grows. */
  live?: boolean;
  /** The node whose answer it is, if it may cite files. */
  cites?: string | undefined;
  className?: string | undefined;
}

/** An answer as it was meant: Markdown, of which nothing can act. */
export function Markdown({ text, live = false, cites, className }: Props) {
  const cited = useCited(cites, text.includes("["));
  // Text may come faster than it can be drawn; then what is in between is left out.
  const shown = useDeferredValue(usePaced(text, live));
  const { parts, definitions } = useMemo(() => blocksOf(shown), [shown]);
  return (
    <CitedContext value={cited}>
      <div className={classes(styles.markdown, live && styles.live, className)}>
        {parts.map((part, place) => (
          <Part key={place} text={part} definitions={part.includes("[") ? definitions : ""} live={live} />
        ))}
      </div>
    </CitedContext>
  );
}

const NONE: readonly Cited[] = [];

/** The files that an answer may cite, where it may cite any. */
function useCited(node: string | undefined, mayCite: boolean): readonly Cited[] {
  const citations = use(CitationsContext);
  return useMemo(() => {
    if (citations === null || node === undefined || !mayCite) return NONE;
    const files = citations.of(node);
    return files.length === 0 ? NONE : files;
  }, [citations, node, mayCite]);
}

const plugins: NonNullable<Options["remarkPlugins"]> = [remarkGfm, inert];
// Only footnotes have names here, and theirs would no longer be found under other ones.
const sanitize: NonNullable<Options["rehypePlugins"]>[number] = [rehypeSanitize, { ...defaultSchema, clobber: [] }];

/** Drawn again only when its own text changes. */
export const Part = memo(function Part({
  text,
  definitions,
  live,
}: {
  text: string;
  definitions: string;
  live: boolean;
}) {
  // Code that grows would be coloured anew with every word.
  const highlighter = useHighlighter(!live && /^\s*(?:[-*+>\d.)]+\s+)*(?:```|~~~)/m.test(text));
  const maths = useMaths(mayHaveMath(text));
  const footnotes = useFootnotes();
  const cited = use(CitedContext);
  const citing = useCiting(cited.length > 0 && text.includes("["));
  const citations = useMemo(() => citing?.(cited), [citing, cited]);
  const remarkPlugins = useMemo(() => (maths === null ? plugins : [...plugins, maths.remark]), [maths]);
  // Formulas and colours come last: what they add is ours.
  const rehypePlugins = useMemo(
    () => [sanitize, citations, maths?.rehype, highlighter].filter((plugin) => plugin != null),
    [citations, maths, highlighter],
  );
  const written = maths === null ? text : withDollars(text);
  return (
    <LiveContext value={live}>
      <ReactMarkdown
        remarkPlugins={remarkPlugins}
        rehypePlugins={rehypePlugins}
        remarkRehypeOptions={footnotes}
        components={elements}
      >
        {definitions === "" ? written : `${definitions}\n\n${written}`}
      </ReactMarkdown>
    </LiveContext>
  );
});

/** The same answer may stand on the page twice, and each has its own notes. */
function useFootnotes(): NonNullable<Options["remarkRehypeOptions"]> {
  const { panel } = useText();
  const id = useId();
  return useMemo(
    () => ({ clobberPrefix: `${id}-`, footnoteLabel: panel.footnotes.title, footnoteBackLabel: panel.footnotes.back }),
    [id, panel],
  );
}

/** An end that is longer is one long list, table or block of code, and is read again as a whole whenever it grows. */
const END_CHARS_MAX = 4_000;
const CHARS_PER_MS = 100;

/** Text that grows, less often where that is dear. */
function usePaced(text: string, live: boolean): string {
  const [shown, setShown] = useState(text);
  const latest = useRef(text);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const end = live ? (blocksOf(text).parts.at(-1)?.length ?? 0) : 0;
  const isSlow = end > END_CHARS_MAX;
  if (!isSlow && shown !== text) setShown(text);
  useEffect(() => {
    latest.current = text;
    if (!isSlow || timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      setShown(latest.current);
    }, end / CHARS_PER_MS);
  }, [text, isSlow, end]);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return isSlow ? shown : text;
}
