import { Pencil } from "lucide-react";
import { useState } from "react";

import { useProjectState, type NodeView } from "../../project/project.ts";
import { useMay } from "../../project/use-rights.ts";
import { useCanvas, useCanvasStore, type AnswerDraft } from "../../project/ui-state.ts";
import type { GenerationText } from "../../sync/index.ts";
import { useText } from "../../text/index.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { TextArea } from "../../ui/Field.tsx";
import { Spinner } from "../../ui/Spinner.tsx";
import { useFormat } from "../data/format.ts";
import { useOp } from "../data/use-op.ts";
import { CopyButton } from "../../markdown/Code.tsx";
import { soonComponent } from "../../markdown/late.ts";
import { Markdown } from "../../markdown/Markdown.tsx";
import parts from "../parts/Parts.module.css";
import { Actions, Refused, Section, Soft } from "../parts/Parts.tsx";
import styles from "./Answer.module.css";

const Listen = soonComponent(async () => (await import("../../project/voice/Listen.tsx")).Listen);

/** As many as the server takes. */
const ANSWER_CHARS_MAX = 400_000;

interface Props {
  node: NodeView;
  writing: GenerationText | undefined;
}

export function AnswerText({ node, writing }: Props) {
  const { panel } = useText();
  const mayWrite = useMay("graph:write");
  const [opened, setOpened] = useState(false);
  const draft = useCanvas((ui) => ui.answers.get(node.id));
  const editing = opened || draft !== undefined;
  const isAsked = node.status === "GENERATING";
  const { status } = useProjectState();
  const waitsFor = writing === undefined && status !== "live" ? "server" : "model";
  const text = isAsked ? (writing?.text ?? "") : (node.response ?? "");
  const tools = !editing && (
    <>
      {text !== "" && !isAsked && <Listen node={node.id} />}
      {text !== "" && <CopyButton label={panel.answer.copy} text={() => text} />}
      {mayWrite && !isAsked && (
        <IconButton
          label={panel.answer.edit}
          size="small"
          icon={<Pencil aria-hidden />}
          onClick={() => setOpened(true)}
        />
      )}
    </>
  );
  return (
    <Section title={panel.answer.answer} actions={tools}>
      {/* Said once, when it begins: a live region of the text would be read out with every word. */}
      <p className="visually-hidden" role="status">
        {isAsked && (waitsFor === "server" ? panel.answer.asksLater : panel.answer.writing)}
      </p>
      {editing ? (
        <Editor node={node} draft={draft} focus={opened} onClose={() => setOpened(false)} />
      ) : text === "" ? (
        <Nothing waitsFor={isAsked ? waitsFor : null} />
      ) : (
        <Markdown text={text} live={isAsked} cites={node.id} />
      )}
    </Section>
  );
}

/** In the place of an answer; what was asked without a server no model knows of. */
function Nothing({ waitsFor }: { waitsFor: "server" | "model" | null }) {
  const { panel } = useText();
  if (waitsFor === null) return <Soft>{panel.answer.noneHere}</Soft>;
  if (waitsFor === "server") return <Soft>{panel.answer.asksLater}</Soft>;
  return (
    <p className={parts.waiting}>
      <Spinner />
      {panel.answer.waiting}
    </p>
  );
}

interface EditorProps {
  node: NodeView;
  draft: AnswerDraft | undefined;
  focus: boolean;
  onClose: () => void;
}

function Editor({ node, draft, focus, onClose }: EditorProps) {
  const { common, panel, refusals } = useText();
  const format = useFormat();
  const { submit, busy, refusal } = useOp();
  const { drop, keep } = useDrafts(node.id);
  const [base] = useState(draft?.base ?? { version: node.version, response: node.response ?? "" });
  const text = draft?.text ?? base.response;
  const isTooLong = isLongerThan(text, ANSWER_CHARS_MAX);
  const close = () => {
    drop();
    onClose();
  };
  const save = async () => {
    const response = text.trim() === "" ? null : text;
    if (await submit("node.update", { id: node.id, response, baseVersion: base.version })) close();
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
        if (text === base.response) close();
      }}
    >
      <TextArea
        label={panel.answer.editing}
        hint={panel.answer.editHint}
        error={isTooLong ? refusals.characters("0", format.count(ANSWER_CHARS_MAX)) : undefined}
        autoFocus={focus}
        value={text}
        onChange={(event) => keep({ text: event.target.value, base })}
      />
      <Refused refusal={refusal} />
      <Actions>
        <Button type="submit" look="primary" busy={busy} disabled={text === base.response || isTooLong}>
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

/** Keeps what is typed with its node for as long as the page is open. */
function useDrafts(node: string) {
  const ui = useCanvasStore();
  const keep = (draft: AnswerDraft) => ui.setState(({ answers }) => ({ answers: new Map(answers).set(node, draft) }));
  const drop = () => ui.setState(({ answers }) => ({ answers: new Map([...answers].filter(([id]) => id !== node)) }));
  return { keep, drop };
}
