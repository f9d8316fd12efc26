import { useInternalNode } from "@xyflow/react";
import { useEffect, useRef, useState, useSyncExternalStore, type KeyboardEvent } from "react";

import type { BatchedOp, NodeView, ProjectSync } from "../sync/index.ts";
import { isAsked } from "../project/kinds.ts";
import { useMay } from "../project/use-rights.ts";
import { text as words, useText } from "../text/index.ts";
import { Button } from "../ui/Button.tsx";
import { keep, sayFailed } from "../ui/toasts.ts";
import { useActions } from "./actions-context.ts";
import styles from "./Card.module.css";
import { PromptDraft, type LostText } from "./drafts.ts";
import { keepDraft } from "./kept-draft.ts";
import { useMentions } from "../project/agents/mention-list.tsx";
import { soonComponent } from "../ui/late.ts";
import { useProject } from "../project/project.ts";
import { useCanvasStore } from "../project/ui-state.ts";

const Sending = soonComponent(async () => (await import("./Sending.tsx")).Sending);

const PROMPT_LETTERS_MAX = 100_000;

/** The question: text to read, and a field as long as somebody types here. */
export function CardPrompt({ node, isEditing }: { node: NodeView; isEditing: boolean }) {
  const { canvas } = useText();
  const edit = useMay("graph:write");
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
      {node.prompt === "" ? (
        <span className={styles.empty}>
          {isAsked(node) ? canvas.emptyPrompt : node.kind === "MEDIA" ? canvas.emptyCaption : canvas.emptyNote}
        </span>
      ) : (
        node.prompt
      )}
    </div>
  );
}

function Editor({ node }: { node: NodeView }) {
  const { canvas } = useText();
  const actions = useActions();
  const draft = useDraft(node);
  const { text, theirs } = useSyncExternalStore(draft.onChange, draft.get);
  const field = useRef<HTMLTextAreaElement>(null);
  const mentions = useMentions(field, text, (typed) => draft.type(typed));
  // A new card is invisible until it has been measured, and what is invisible cannot have the focus.
  const isDrawn = useInternalNode(node.id)?.measured.width !== undefined;
  useEffect(() => {
    const { current } = field;
    if (!isDrawn || current === null) return;
    current.focus({ preventScroll: true });
    current.setSelectionRange(current.value.length, current.value.length);
  }, [isDrawn]);

  const end = (asks: boolean) => {
    draft.save();
    if (draft.get().theirs !== null) return;
    // The card takes the focus, so that the next key is meant for it.
    field.current?.closest<HTMLElement>(".react-flow__node")?.focus({ preventScroll: true });
    actions.stopEditing(node.id);
    if (asks) actions.generate(node.id);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (mentions.takes(event)) return;
    const isDone = event.key === "Escape" || (event.key === "Enter" && (event.metaKey || event.ctrlKey));
    if (!isDone) return;
    event.preventDefault();
    end(event.key === "Enter");
  };
  return (
    <div className={`nodrag nopan nowheel ${styles.editor ?? ""}`}>
      <textarea
        ref={field}
        value={text}
        maxLength={PROMPT_LETTERS_MAX}
        aria-label={canvas.prompt}
        placeholder={isAsked(node) ? canvas.emptyPrompt : canvas.emptyNote}
        {...mentions.attributes}
        onKeyDown={onKeyDown}
        onBlur={() => {
          draft.save();
          // Going to another window is no end of typing, and neither is a choice that is still to be made.
          if (document.hasFocus() && draft.get().theirs === null) actions.stopEditing(node.id);
        }}
      />
      {mentions.list}
      {isAsked(node) && theirs === null && <Sending text={text} onAsk={() => end(true)} />}
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
  const actions = useActions();
  const store = useCanvasStore();
  const [draft] = useState(() => new PromptDraft(project, node));
  useEffect(() => {
    project.presence.set({ editing: node.id });
    const stops = [
      draft.open(),
      draft.onChange(() => {
        store.setState({ hasUnsavedDraft: draft.isUnsaved() });
        project.presence.set({ typing: lastLine(draft.get().text) });
      }),
      // Whoever leaves the page, or only looks elsewhere, may never come back to this moment.
      listening(window, "pagehide", () => {
        if (draft.isUnsaved()) keepDraft(project, { node: node.id, base: draft.saved(), text: draft.get().text });
        draft.save();
      }),
      listening(document, "visibilitychange", () => document.hidden && draft.save()),
    ];
    return () => {
      project.presence.set({ editing: null, typing: null });
      for (const stop of stops) stop();
      store.setState({ hasUnsavedDraft: false });
      const lost = draft.lost();
      if (lost === null) return;
      actions.stopEditing(node.id);
      offerBack(project, node.id, lost);
    };
  }, [draft, project, actions, store, node.id]);
  return draft;
}

/** Others see the end of what is typed before it is saved. */
const TYPED_LETTERS_MAX = 80;

function lastLine(text: string): string | null {
  const line = text.trimEnd().split("\n").at(-1) ?? "";
  return line === "" ? null : Array.from(line).slice(-TYPED_LETTERS_MAX).join("");
}

function listening(target: EventTarget, name: string, listener: () => unknown): () => void {
  target.addEventListener(name, listener);
  return () => target.removeEventListener(name, listener);
}

/** What was typed into a card that went away is not thrown away with it. */
function offerBack(project: ProjectSync, id: string, { text, because }: LostText): void {
  const { canvas } = words();
  const copy = { label: canvas.copyMine, run: () => void navigator.clipboard.writeText(text).catch(sayFailed) };
  if (because === "read-only") {
    keep(canvas.typedButReadOnly, copy);
    return;
  }
  const run = () => {
    // Whoever deleted it may have thought better of it by now.
    const restore: BatchedOp[] = project.node(id) === undefined ? [{ op: "node.restore", data: { id } }] : [];
    project.submitBatch([...restore, { op: "node.update", data: { id, prompt: text } }]);
  };
  keep(canvas.typedButDeleted, { label: canvas.restoreWithMine, run, needsWriting: true, otherwise: copy });
}
