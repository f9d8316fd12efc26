import { Pencil } from "lucide-react";
import { useState } from "react";

import { useProjectState, type NodeView } from "../../project/project.ts";
import { useMay } from "../../project/use-rights.ts";
import { draftOf, useCanvas } from "../../project/ui-state.ts";
import type { GenerationText } from "../../sync/index.ts";
import { useText } from "../../text/index.ts";
import { IconButton } from "../../ui/Button.tsx";
import { Spinner } from "../../ui/Spinner.tsx";
import { CopyButton } from "../../markdown/Code.tsx";
import { soonComponent } from "../../ui/late.ts";
import { Markdown } from "../../markdown/Markdown.tsx";
import parts from "../parts/Parts.module.css";
import { Section, Soft } from "../parts/Parts.tsx";

const Edit = soonComponent(async () => (await import("./EditText.tsx")).EditText);
const Listen = soonComponent(async () => (await import("../../project/voice/Listen.tsx")).Listen);

interface Props {
  node: NodeView;
  writing: GenerationText | undefined;
}

export function AnswerText({ node, writing }: Props) {
  const { panel } = useText();
  const mayWrite = useMay("graph:write");
  const [opened, setOpened] = useState(false);
  const hasDraft = useCanvas((ui) => ui.drafts.has(draftOf(node.id, "response")));
  const editing = opened || hasDraft;
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
        <Edit node={node} what="response" focus={opened} onClose={() => setOpened(false)} />
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
