import { Pencil } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";

import { CopyButton } from "../markdown/Code.tsx";
import { Markdown } from "../markdown/Markdown.tsx";
import { type NodeView } from "../project/project.ts";
import { useCanvas, useCanvasStore } from "../project/ui-state.ts";
import { useText } from "../text/index.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { useAsking } from "./asking.ts";
import { endsTyping } from "../ui/ends-typing.ts";
import { useMayAsk } from "./may-ask.ts";
import styles from "./Thread.module.css";

interface Props {
  node: NodeView;
  parent: string | undefined;
  hasTools: boolean;
  /** What there could stand in its place. */
  children: ReactNode;
}

/** What was asked; editing it asks another question beside it. */
export function Question({ node, parent, hasTools, children }: Props) {
  const { thread } = useText();
  const store = useCanvasStore();
  const mayAsk = useMayAsk();
  const isRewriting = useCanvas((ui) => ui.rewriting === node.id) && mayAsk;
  if (isRewriting) return <Rewriting node={node} parent={parent} />;
  return (
    <section className={styles.question} aria-label={thread.question}>
      <div className={styles.bubble}>
        {node.prompt.trim() === "" ? (
          <p className={styles.soft}>{thread.emptyQuestion}</p>
        ) : (
          <Markdown text={node.prompt} className={styles.asTyped} />
        )}
      </div>
      <div className={styles.tools}>
        {hasTools && (
          <>
            {mayAsk && (
              <IconButton
                size="small"
                label={thread.edit}
                keys="E"
                icon={<Pencil aria-hidden />}
                onClick={() => store.setState({ rewriting: node.id })}
              />
            )}
            <CopyButton label={thread.copyQuestion} text={() => node.prompt} />
            {children}
          </>
        )}
      </div>
    </section>
  );
}

function Rewriting({ node, parent }: { node: NodeView; parent: string | undefined }) {
  const { thread, common } = useText();
  const store = useCanvasStore();
  const asking = useAsking();
  const [text, setText] = useState(node.prompt);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    const { current } = field;
    current?.focus();
    current?.setSelectionRange(current.value.length, current.value.length);
  }, []);
  // The message takes the focus, so that the next key is meant for it.
  const close = () => store.setState({ rewriting: null, reaching: node.id });
  const ask = () => {
    if (text.trim() === "") return;
    if (text.trim() === node.prompt.trim()) {
      close();
      return;
    }
    asking.rewrite(node, text.trim(), parent);
    store.setState(({ at }) => ({ rewriting: null, reaching: at }));
  };
  return (
    <form
      className={styles.rewriting}
      onSubmit={(event) => {
        event.preventDefault();
        ask();
      }}
    >
      <textarea
        ref={field}
        value={text}
        data-enter-ends
        aria-label={thread.editing}
        aria-describedby={`${node.id}-hint`}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") {
            event.stopPropagation();
            close();
          } else if (endsTyping(event)) {
            event.preventDefault();
            ask();
          }
        }}
      />
      <div className={styles.rewritingFoot}>
        <p id={`${node.id}-hint`} className={styles.soft}>
          {thread.editHint}
        </p>
        <Button onClick={close}>{common.cancel}</Button>
        <Button type="submit" look="primary" disabled={text.trim() === ""}>
          {thread.ask}
        </Button>
      </div>
    </form>
  );
}
