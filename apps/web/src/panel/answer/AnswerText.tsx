import { Pencil } from "lucide-react";
import { useState } from "react";

import { useRights, type NodeView } from "../../canvas/project.ts";
import type { GenerationText } from "../../sync/index.ts";
import { useText } from "../../text/index.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { TextArea } from "../../ui/Field.tsx";
import { Spinner } from "../../ui/Spinner.tsx";
import { useOp } from "../data/use-op.ts";
import { CopyButton } from "../markdown/Code.tsx";
import { Markdown } from "../Markdown.tsx";
import parts from "../parts/Parts.module.css";
import { Actions, Refused, Section, Soft } from "../parts/Parts.tsx";
import styles from "./Answer.module.css";

interface Props {
  node: NodeView;
  writing: GenerationText | undefined;
}

export function AnswerText({ node, writing }: Props) {
  const { panel } = useText();
  const rights = useRights();
  const [editing, setEditing] = useState(false);
  const isAsked = node.status === "GENERATING";
  const text = isAsked ? (writing?.text ?? "") : (node.response ?? "");
  const tools = !editing && (
    <>
      {text !== "" && <CopyButton label={panel.answer.copy} text={() => text} />}
      {rights.edit && !isAsked && (
        <IconButton label={panel.answer.edit} size="small" icon={<Pencil aria-hidden />} onClick={() => setEditing(true)} />
      )}
    </>
  );
  return (
    <Section title={panel.answer.answer} actions={tools}>
      {/* Said once, when it begins: a live region of the text would be read out with every word. */}
      <p className="visually-hidden" role="status">
        {isAsked && panel.answer.writing}
      </p>
      {editing ? (
        <Editor node={node} onClose={() => setEditing(false)} />
      ) : text === "" ? (
        <Nothing isAsked={isAsked} />
      ) : (
        <Markdown text={text} live={isAsked} />
      )}
    </Section>
  );
}

function Nothing({ isAsked }: { isAsked: boolean }) {
  const { panel } = useText();
  if (!isAsked) return <Soft>{panel.answer.noneHere}</Soft>;
  return (
    <p className={parts.waiting}>
      <Spinner />
      {panel.answer.waiting}
    </p>
  );
}

function Editor({ node, onClose }: { node: NodeView; onClose: () => void }) {
  const { common, panel } = useText();
  const { submit, busy, refusal } = useOp();
  // What was read when the editor was opened: what others write since must not be lost unseen.
  const [base] = useState({ version: node.version, response: node.response ?? "" });
  const [text, setText] = useState(base.response);
  const save = async () => {
    const response = text.trim() === "" ? null : text;
    if (await submit("node.update", { id: node.id, response, baseVersion: base.version })) onClose();
  };
  return (
    <form
      className={styles.editor}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        if (text === base.response) onClose();
      }}
    >
      <TextArea label={panel.answer.editing} hint={panel.answer.editHint} autoFocus value={text} onChange={(event) => setText(event.target.value)} />
      <Refused refusal={refusal} />
      <Actions>
        <Button type="submit" look="primary" busy={busy} disabled={text === base.response}>
          {common.save}
        </Button>
        <Button disabled={busy} onClick={onClose}>
          {common.cancel}
        </Button>
      </Actions>
    </form>
  );
}
