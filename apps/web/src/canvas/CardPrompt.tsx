import { useInternalNode } from "@xyflow/react";
import { useEffect, useRef, useState, useSyncExternalStore, type KeyboardEvent } from "react";

import type { NodeView } from "../sync/index.ts";
import { useText } from "../text/index.ts";
import { Button } from "../ui/Button.tsx";
import { useActions } from "./actions-context.ts";
import styles from "./Card.module.css";
import { PromptDraft } from "./drafts.ts";
import { useProject, useRights } from "./project.ts";

const PROMPT_LETTERS_MAX = 100_000;

/** The question: text to read, and a field as long as somebody types here. */
export function CardPrompt({ node, isEditing }: { node: NodeView; isEditing: boolean }) {
  const { canvas } = useText();
  const { edit } = useRights();
  const actions = useActions();
  if (isEditing) return <Editor node={node} />;
  return (
    <div
      className={styles.prompt}
      onDoubleClick={(event) => {
        event.stopPropagation();
        if (edit) actions.edit(node.id);
      }}
    >
      {node.prompt === "" ? <span className={styles.empty}>{canvas.emptyPrompt}</span> : node.prompt}
    </div>
  );
}

function Editor({ node }: { node: NodeView }) {
  const { canvas } = useText();
  const actions = useActions();
  const draft = useDraft(node);
  const { text, theirs } = useSyncExternalStore(draft.onChange, draft.get);
  const field = useRef<HTMLTextAreaElement>(null);
  // A new card is invisible until it has been measured, and what is invisible cannot have the focus.
  const isDrawn = useInternalNode(node.id)?.measured.width !== undefined;
  useEffect(() => {
    const { current } = field;
    if (!isDrawn || current === null) return;
    current.focus({ preventScroll: true });
    current.setSelectionRange(current.value.length, current.value.length);
  }, [isDrawn]);

  const onKeyDown = (event: KeyboardEvent) => {
    const isDone = event.key === "Escape" || (event.key === "Enter" && (event.metaKey || event.ctrlKey));
    if (!isDone) return;
    event.preventDefault();
    draft.save();
    if (draft.get().theirs !== null) return;
    actions.edit(null);
    if (event.key === "Enter") actions.generate(node.id);
  };
  return (
    <div className={`nodrag nopan nowheel ${styles.editor ?? ""}`}>
      <textarea
        ref={field}
        value={text}
        maxLength={PROMPT_LETTERS_MAX}
        aria-label={canvas.prompt}
        placeholder={canvas.emptyPrompt}
        onChange={(event) => draft.type(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={() => {
          draft.save();
          // Going to another window is no end of typing, and neither is a choice that is still to be made.
          if (document.hasFocus() && draft.get().theirs === null) actions.stopEditing(node.id);
        }}
      />
      {theirs !== null && (
        <div className={styles.conflict} role="alert">
          <p>{canvas.changedMeanwhile}</p>
          <blockquote>{theirs}</blockquote>
          <Button size="small" look="primary" onClick={() => draft.keepMine()}>
            {canvas.keepMine}
          </Button>
          <Button size="small" onClick={() => draft.takeTheirs()}>
            {canvas.takeTheirs}
          </Button>
        </div>
      )}
    </div>
  );
}

function useDraft(node: NodeView): PromptDraft {
  const project = useProject();
  const [draft] = useState(() => new PromptDraft(project, node));
  useEffect(() => {
    project.presence.set({ editing: node.id });
    const stop = draft.open();
    return () => {
      project.presence.set({ editing: null });
      stop();
    };
  }, [draft, project, node.id]);
  return draft;
}
