import { memo, useCallback, useEffect, useState, type RefCallback } from "react";

import { useGraph, useNode, useProject, type NodeView } from "../project/project.ts";
import { titleOf } from "../project/title.ts";
import { useCanvas, useCanvasStore } from "../project/ui-state.ts";
import { showThread } from "../project/view.ts";
import { useText } from "../text/index.ts";
import { Answer } from "./Answer.tsx";
import { kindOf } from "./kind.ts";
import { besides, parentsOf } from "./path.ts";
import { Question } from "./Question.tsx";
import { Said } from "./Said.tsx";
import { Switch } from "../ui/Switch.tsx";
import styles from "./Thread.module.css";

interface Props {
  id: string;
  /** The messages before and after it in this conversation. */
  parent: string | undefined;
  next: string | undefined;
  place: number;
  count: number;
  top: number;
  /** Nothing moves: there is time to ask the server. */
  isResting: boolean;
  measure: (element: Element | null) => void;
}

/** A question and what was answered, or a text that nobody answers. */
export const Message = memo(function Message({ id, parent, next, place, count, top, isResting, measure }: Props) {
  const { panel } = useText();
  const node = useNode(id);
  const element = useReached(id, measure);
  const hasTools = useOnce(isResting);
  const title = titleOf(node, panel.untitled);
  const kind = node === undefined ? "question" : kindOf(node);
  return (
    <article
      ref={element}
      className={styles.message}
      style={{ transform: `translateY(${top}px)` }}
      tabIndex={0}
      data-index={place}
      data-message={id}
      data-status={node?.status}
      aria-label={title}
      aria-posinset={place + 1}
      aria-setsize={count}
    >
      {node !== undefined && (
        <>
          <AlsoBasedOn key={`${id}-above`} id={id} parent={parent} />
          {kind === "question" ? (
            <>
              <Question key={id} node={node} parent={parent} hasTools={hasTools}>
                <Siblings node={node} parent={parent} />
              </Question>
              <Answer
                key={`${id}-answer`}
                node={node}
                parent={parent}
                next={next}
                hasTools={hasTools}
                isResting={isResting}
              />
            </>
          ) : (
            <Said key={id} node={node} kind={kind} next={next} hasTools={hasTools}>
              <Siblings node={node} parent={parent} />
            </Said>
          )}
        </>
      )}
    </article>
  );
});

/** True from the first time on: what flies past while somebody scrolls is read at most, and needs no buttons. */
function useOnce(is: boolean): boolean {
  const [was, setWas] = useState(is);
  if (is && !was) setWas(true);
  return was || is;
}

/** Is measured, and takes the focus when the keyboard is meant to be here. */
function useReached(id: string, measure: (element: Element | null) => void): RefCallback<HTMLElement> {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const store = useCanvasStore();
  const isMeant = useCanvas((ui) => ui.reaching === id);
  useEffect(() => {
    if (!isMeant || element === null) return;
    element.focus({ preventScroll: true });
    store.setState({ reaching: null });
  }, [isMeant, element, store]);
  return useCallback(
    (drawn) => {
      measure(drawn);
      setElement(drawn);
    },
    [measure],
  );
}

/** The messages that could stand here: other questions after the same answer, and other wordings of this one. */
function Siblings({ node, parent }: { node: NodeView; parent: string | undefined }) {
  const { thread } = useText();
  const graph = useGraph();
  const store = useCanvasStore();
  const all = besides(graph, node.id, parent);
  return (
    <Switch
      name={thread.questions}
      place={all.indexOf(node.id)}
      count={all.length}
      onChoose={(place) => goBeside(store, all[place], parent)}
    />
  );
}

/** Reads on with another message in the place of one. */
export function goBeside(
  store: ReturnType<typeof useCanvasStore>,
  id: string | undefined,
  parent: string | undefined,
): void {
  if (id === undefined) return;
  store.setState(({ ways }) => ({
    at: id,
    selection: new Set([id]),
    ways: parent === undefined ? ways : new Map(ways).set(parent, id),
    replyTo: null,
    rewriting: null,
  }));
}

/** Where several branches meet, one is read; the others are named. */
function AlsoBasedOn({ id, parent }: { id: string; parent: string | undefined }) {
  const { thread, panel } = useText();
  const graph = useGraph();
  const project = useProject();
  const store = useCanvasStore();
  const others = parentsOf(graph, id).filter((each) => each !== parent);
  if (others.length === 0) return null;
  return (
    <details className={styles.also}>
      <summary>{thread.alsoBasedOn(others.length)}</summary>
      <ul>
        {others.map((other) => (
          <li key={other}>
            <button type="button" onClick={() => showThread(store, other)}>
              {titleOf(project.node(other), panel.untitled)}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
