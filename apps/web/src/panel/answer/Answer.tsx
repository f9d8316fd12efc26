import { Pencil } from "lucide-react";
import { useState } from "react";

import { copiedFrom } from "../../project/copied-from.ts";
import { useNode, useWriting, type NodeView } from "../../project/project.ts";
import { isAsked, kindOf } from "../../project/kinds.ts";
import { draftOf, useCanvas } from "../../project/ui-state.ts";
import { useMay } from "../../project/use-rights.ts";
import { useText } from "../../text/index.ts";
import { IconButton } from "../../ui/Button.tsx";
import { useAttempts } from "../data/queries.ts";
import { Markdown } from "../../markdown/Markdown.tsx";
import { Section, Soft } from "../parts/Parts.tsx";
import styles from "./Answer.module.css";
import { AnswerText } from "./AnswerText.tsx";
import { Ask } from "./Ask.tsx";
import { AnswerFacts } from "./AnswerFacts.tsx";
import { soonComponent } from "../../ui/late.ts";
import { LastFailure, Staleness } from "./Notices.tsx";
import { Votes } from "./Votes.tsx";
import type { Tab } from "../../project/parts.ts";
import { ofOneNode } from "../parts/of-one-node.tsx";

const CopiedFrom = soonComponent(async () => (await import("./CopiedFrom.tsx")).CopiedFrom);
const Edit = soonComponent(async () => (await import("./EditText.tsx")).EditText);
const Feedback = soonComponent(async () => (await import("./Feedback.tsx")).Feedback);
const Files = soonComponent(async () => (await import("../files/Files.tsx")).Files);
const NodeSettings = soonComponent(async () => (await import("./NodeSettings.tsx")).NodeSettings);

/** A node's question and what was answered, with everything to ask again. */
function Answer({ id }: { id: string }) {
  const node = useNode(id);
  return node === undefined ? null : <Shown key={id} node={node} />;
}

function Shown({ node }: { node: NodeView }) {
  const { panel, canvas } = useText();
  const mayWrite = useMay("graph:write");
  const mayRun = useMay("runs:run");
  const seesCosts = useMay("costs:read");
  const writing = useWriting(node.id);
  const attempts = useAttempts(node.id, seesCosts);
  // An answer that is being written takes the place of the one before.
  const isWriting = node.status === "GENERATING";
  const [opened, setOpened] = useState(false);
  const hasDraft = useCanvas((ui) => ui.drafts.has(draftOf(node.id, "prompt")));
  const editing = opened || hasDraft;
  const mayEdit = mayWrite && !isWriting && isAsked(node);
  return (
    <>
      <Section
        title={isAsked(node) ? panel.answer.prompt : canvas.kind[kindOf(node)]}
        actions={mayEdit && !editing && <EditButton onEdit={() => setOpened(true)} />}
      >
        {editing ? (
          <Edit node={node} what="prompt" focus={opened} onClose={() => setOpened(false)} />
        ) : node.prompt.trim() === "" ? (
          isAsked(node) && <Soft>{panel.answer.emptyPrompt}</Soft>
        ) : (
          <Markdown text={node.prompt} className={styles.prompt} />
        )}
        {!editing && mayRun && isAsked(node) && <Ask node={node} writing={writing} />}
      </Section>
      <Files node={node} />
      {!isWriting && node.status === "STALE" && <Staleness node={node} />}
      {!isWriting && <LastFailure node={node} last={attempts.items?.[0]} />}
      {isAsked(node) && <AnswerText node={node} writing={writing} />}
      {!isWriting && node.response !== null && <AnswerFacts node={node} attempts={attempts.items} />}
      {!isWriting && node.generationId !== null && node.response !== null && (
        <Votes node={node.id} generation={node.generationId} />
      )}
      {!isWriting && seesCosts && node.generationId !== null && node.response !== null && (
        <Feedback key={node.generationId} node={node.id} generation={node.generationId} />
      )}
      {copiedFrom(node) !== null && <CopiedFrom node={node} />}
      {mayWrite && <NodeSettings key={node.id} node={node} />}
    </>
  );
}

function EditButton({ onEdit }: { onEdit: () => void }) {
  const { canvas } = useText();
  return <IconButton label={canvas.editPrompt} size="small" icon={<Pencil aria-hidden />} onClick={onEdit} />;
}

export const answerTab: Tab = {
  id: "answer",
  label: ({ panel }, selected) => (selected.length === 0 ? panel.overview.title : panel.tabs.answer),
  offer: ({ canvas }) => canvas.showAnswer,
  isFor: () => true,
  Body: ofOneNode(Answer),
};
