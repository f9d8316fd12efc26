import { useState } from "react";

import type { NodeView } from "../../project/project.ts";
import { draftOf, useCanvas, useCanvasStore, type Drafted, type TextDraft } from "../../project/ui-state.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { TextArea } from "../../ui/Field.tsx";
import { useFormat } from "../data/format.ts";
import { useOp } from "../data/use-op.ts";
import { Actions, Refused } from "../parts/Parts.tsx";
import styles from "./Answer.module.css";

/** As many letters as the server takes. */
const CHARS_MAX: Readonly<Record<Drafted, number>> = { prompt: 100_000, response: 400_000 };

interface Props {
  node: NodeView;
  /** Which of its texts is edited. */
  what: Drafted;
  focus: boolean;
  onClose: () => void;
}

/** A question or an answer while it is edited in the panel. */
export function EditText({ node, what, focus, onClose }: Props) {
  const { common, panel, refusals } = useText();
  const format = useFormat();
  const { submit, busy, refusal } = useOp();
  const { draft, drop, keep } = useDraft(draftOf(node.id, what));
  const [base] = useState(draft?.base ?? { version: node.version, text: node[what] ?? "" });
  const text = draft?.text ?? base.text;
  const max = CHARS_MAX[what];
  const isTooLong = isLongerThan(text, max);
  const close = () => {
    drop();
    onClose();
  };
  const save = async () => {
    const said = what === "prompt" ? { prompt: text } : { response: text.trim() === "" ? null : text };
    if (await submit("node.update", { id: node.id, ...said, baseVersion: base.version })) close();
  };
  return (
    <form
      className={styles.editor}
      data-edits={what}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        if (text === base.text) close();
      }}
    >
      <TextArea
        label={what === "prompt" ? panel.answer.prompt : panel.answer.editing}
        hint={what === "prompt" ? panel.answer.questionHint : panel.answer.editHint}
        error={isTooLong ? refusals.characters("0", format.count(max)) : undefined}
        autoFocus={focus}
        value={text}
        onChange={(event) => keep({ text: event.target.value, base })}
      />
      <Refused refusal={refusal} />
      <Actions>
        <Button type="submit" look="primary" busy={busy} disabled={text === base.text || isTooLong}>
          {common.save}
        </Button>
        <Button disabled={busy} onClick={close}>
          {common.cancel}
        </Button>
      </Actions>
    </form>
  );
}

/** The server counts letters, and some of them are two units here. */
const isLongerThan = (text: string, max: number) => text.length > max && Array.from(text).length > max;

/** What is typed stays with its node for as long as the page is open. */
function useDraft(key: string) {
  const ui = useCanvasStore();
  const draft = useCanvas(({ drafts }) => drafts.get(key));
  const keep = (typed: TextDraft) => ui.setState(({ drafts }) => ({ drafts: new Map(drafts).set(key, typed) }));
  const drop = () => ui.setState(({ drafts }) => ({ drafts: new Map([...drafts].filter(([each]) => each !== key)) }));
  return { draft, keep, drop };
}
