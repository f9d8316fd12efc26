import { NodeToolbar, Position } from "@xyflow/react";
import { ArrowUp, Bot } from "lucide-react";
import { useEffect, useRef, type KeyboardEvent } from "react";

import { soonComponent } from "../../ui/late.ts";
import { AsNote } from "../../project/AsNote.tsx";
import { useMentioned } from "../../project/agents/asking.ts";
import { useMentions } from "../../project/agents/mention-list.tsx";
import { boxOf } from "../../project/sizes.ts";
import { ChooseFiles, UnsentFiles, useUnsentFiles } from "../../project/files/Unsent.tsx";
import { useCanvas } from "../../project/ui-state.ts";
import { useText } from "../../text/index.ts";
import { endsTyping } from "../../ui/ends-typing.ts";
import { IconButton } from "../../ui/Button.tsx";
import type { NodeView } from "../../sync/index.ts";
import { useAllCommands, type CanvasHands } from "../commands/hands.ts";
import { bringIntoSight, focusCard } from "../sight.ts";
import { awaitFollowUp, focusAwaited, FOLLOW_UP_PX } from "./focus.ts";
import styles from "./FollowUp.module.css";

const Microphone = soonComponent(async () => (await import("../../project/voice/Microphone.tsx")).Microphone);

const NOTHING = { text: "", quote: null };
/** As many as the server takes. */
const QUESTION_LETTERS_MAX = 100_000;
/** Below the handle from which lines are drawn. */
const OFFSET = 14;

/** Under the selected card: what is typed there is asked next. */
export function FollowUp({ node }: { node: string }) {
  return (
    <NodeToolbar nodeId={node} isVisible position={Position.Bottom} offset={OFFSET}>
      <Composer key={node} node={node} />
    </NodeToolbar>
  );
}

/** The screen may end between a card and its field, and the minimap may lie there. */
function bringFieldIntoSight(flow: CanvasHands["flow"], node: NodeView | undefined): void {
  if (node === undefined) return;
  const { x, y, width, height } = boxOf(node);
  bringIntoSight(flow, { x, y: y + height, width, height: 0 }, FOLLOW_UP_PX);
}

function Composer({ node }: { node: string }) {
  const { agents, hands } = useText();
  const {
    hands: { asking, flow, project, store },
  } = useAllCommands();
  const typed = useCanvas((ui) => ui.unsent.get(node)) ?? NOTHING;
  const files = useUnsentFiles(node, asking.keep.bind(asking));
  const field = useRef<HTMLTextAreaElement>(null);
  const type = (text: string) => asking.keep(node, { ...typed, text });
  const mentions = useMentions(field, typed.text, type);
  const agent = useMentioned(typed.text);
  const isEmpty = typed.text.trim() === "";
  useEffect(() => focusAwaited(node), [node]);
  const send = (kind: "PROMPT" | "NOTE") => {
    if (isEmpty) return;
    asking.follow(node, typed, kind);
    const [id = ""] = store.getState().selection;
    const made = project.node(id);
    if (made === undefined) return;
    // Whoever asks goes on typing under the new card.
    awaitFollowUp(id);
    bringIntoSight(flow, boxOf(made), FOLLOW_UP_PX);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (mentions.takes(event)) return;
    if (event.key === "Escape") focusCard(node);
    else if (!endsTyping(event)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter") send("PROMPT");
  };
  return (
    <form
      className={`nodrag nopan nowheel ${styles.composer ?? ""}`}
      data-follow-up
      aria-label={hands.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send("PROMPT");
      }}
    >
      <UnsentFiles typed={typed} remove={files.remove} />
      <textarea
        ref={field}
        rows={1}
        value={typed.text}
        maxLength={QUESTION_LETTERS_MAX}
        aria-label={hands.composer}
        placeholder={hands.composerHint}
        {...mentions.attributes}
        onKeyDown={onKeyDown}
        onFocus={() => bringFieldIntoSight(flow, project.node(node))}
        onPaste={files.onPaste}
        onDrop={files.onDrop}
      />
      {mentions.list}
      {files.may && <ChooseFiles add={files.add} />}
      <Microphone after={node} keep={asking.keep.bind(asking)} add={files.add} mayKeep={files.may} />
      <AsNote isEmpty={isEmpty} send={send} />
      <IconButton
        type="submit"
        size="small"
        look="primary"
        label={agent === undefined ? hands.ask : agents.mention.ask(agent.name)}
        keys="Enter"
        disabled={isEmpty}
        icon={agent === undefined ? <ArrowUp aria-hidden /> : <Bot aria-hidden />}
      />
    </form>
  );
}
