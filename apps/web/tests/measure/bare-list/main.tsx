import { useLayoutEffect } from "react";
import { createRoot } from "react-dom/client";
import ReactMarkdown from "react-markdown";
import remarkGfm from "remark-gfm";

import type { GraphView } from "../../../src/sync/index.ts";

/** The same texts one below the other, all of them at once. */
function Bare({ nodes }: { nodes: GraphView["nodes"] }) {
  useLayoutEffect(() => window.scrollTo({ top: document.documentElement.scrollHeight }), []);
  return (
    <main style={{ maxWidth: "46rem", margin: "0 auto", lineHeight: 1.7 }}>
      {nodes.map(({ id, prompt, response }) => (
        <article key={id}>
          <ReactMarkdown remarkPlugins={[remarkGfm]}>{prompt}</ReactMarkdown>
          <ReactMarkdown remarkPlugins={[remarkGfm]}>{response}</ReactMarkdown>
        </article>
      ))}
    </main>
  );
}

const answer = await fetch("/graph.json");
const graph = (await answer.json()) as GraphView;
const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<Bare nodes={graph.nodes} />);
