import { useEffect, useRef, type RefObject } from "react";
import { createPortal } from "react-dom";

import { inOrder } from "../canvas/markdown.ts";
import { Markdown } from "../markdown/Markdown.tsx";
import { shapeOf } from "../project/graph.ts";
import { isAsked, isFrame } from "../project/kinds.ts";
import { useGraph } from "../project/project.ts";
import { titleOf } from "../project/title.ts";
import type { NodeView } from "../sync/index.ts";
import { useText } from "../text/index.ts";
import { useFormat } from "../ui/format.ts";
import styles from "./Print.module.css";

/** Formulas and the colours of code come a little later than their text. */
const QUIET_MS = 300;
/** A text that never comes to rest is printed as it is. */
const WAIT_MS_MAX = 5_000;

interface Props {
  nodes: readonly NodeView[];
  onDone: () => void;
}

/** Questions and answers as they go on paper, beside the page and only for printing; prints them once all is drawn. */
export function Print({ nodes, onDone }: Props) {
  const { exporting } = useText();
  const format = useFormat();
  const graph = useGraph();
  const ref = useRef<HTMLElement>(null);
  usePrinting(ref, onDone);
  const { name, description } = graph.project;
  const ordered = inOrder(graph, new Set(nodes.map(({ id }) => id)));
  return createPortal(
    <article ref={ref} className={styles.print} data-print>
      <header>
        <h1>{name}</h1>
        {description !== null && <p>{description}</p>}
        <p className={styles.about}>{exporting.printed(format.time(new Date().toISOString()))}</p>
      </header>
      {ordered.map((node) => (
        <Entry key={node.id} node={node} />
      ))}
    </article>,
    document.body,
  );
}

function Entry({ node }: { node: NodeView }) {
  const { exporting, canvas } = useText();
  const graph = useGraph();
  if (isFrame(node)) return <h2 className={styles.frame}>{node.title ?? canvas.frame}</h2>;
  const parents = (shapeOf(graph).into.get(node.id) ?? []).flatMap(({ sourceId }) => graph.nodes.get(sourceId) ?? []);
  const by = node.llmModel ?? canvas.byHand;
  return (
    <section className={styles.entry}>
      {node.title != null && <h2>{node.title}</h2>}
      <div className={isAsked(node) ? styles.question : undefined}>
        <Markdown text={node.prompt} />
      </div>
      {parents.length > 1 && (
        <p className={styles.about}>
          {exporting.basedOn} {parents.map((parent) => titleOf(parent, "…")).join(" · ")}
        </p>
      )}
      {node.response !== null && (
        <>
          <p className={styles.about}>{node.llmModel === null ? by : exporting.answeredBy(by)}</p>
          <Markdown text={node.response} />
        </>
      )}
    </section>
  );
}

/** Prints what is drawn once it changes no more; done is done, whether it was printed or not. */
function usePrinting(ref: RefObject<HTMLElement | null>, onDone: () => void): void {
  const done = useRef(onDone);
  useEffect(() => {
    done.current = onDone;
  });
  useEffect(() => {
    const { current } = ref;
    if (current === null) return;
    let isOver = false;
    const print = () => {
      if (isOver) return;
      isOver = true;
      observer.disconnect();
      clearTimeout(quiet);
      clearTimeout(latest);
      window.print();
      done.current();
    };
    const begin = () => setTimeout(() => void document.fonts.ready.then(print), QUIET_MS);
    let quiet = begin();
    const latest = setTimeout(print, WAIT_MS_MAX);
    const observer = new MutationObserver(() => {
      clearTimeout(quiet);
      quiet = begin();
    });
    observer.observe(current, { childList: true, subtree: true, characterData: true });
    return () => {
      isOver = true;
      observer.disconnect();
      clearTimeout(quiet);
      clearTimeout(latest);
    };
  }, [ref]);
}
