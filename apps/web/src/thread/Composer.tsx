import { ArrowUp, Bot, SlidersHorizontal, X } from "lucide-react";
import { useRef, type KeyboardEvent } from "react";

import { soonComponent } from "../ui/late.ts";
import { AsNote } from "../project/AsNote.tsx";
import { openBranch } from "../panel/answer/branch-window.tsx";
import { PresetOptions } from "../panel/parts/PresetOptions.tsx";
import { titleOf } from "../project/title.ts";
import { useModels } from "../panel/data/queries.ts";
import { DefaultOption } from "../panel/answer/Options.tsx";
import { useMentioned } from "../project/agents/asking.ts";
import { useMentions } from "../project/agents/mention-list.tsx";
import { useNode } from "../project/project.ts";
import { NEW_CONVERSATION, useCanvas, useCanvasStore, type Unsent } from "../project/ui-state.ts";
import { ChooseFiles, UnsentFiles, useUnsentFiles } from "../project/files/Unsent.tsx";
import { useText } from "../text/index.ts";
import { IconButton } from "../ui/Button.tsx";
import { useAsking } from "./asking.ts";
import { endsTyping } from "../ui/ends-typing.ts";
import styles from "./Thread.module.css";

const Microphone = soonComponent(async () => (await import("../project/voice/Microphone.tsx")).Microphone);

const NOTHING: Unsent = { text: "", quote: null };
/** As many as the server takes. */
const QUESTION_LETTERS_MAX = 100_000;

/** Where the next question is typed. It follows the last message, or the one that was chosen to branch from. */
export function Composer({ last }: { last: string | undefined }) {
  const { thread, agents } = useText();
  const asking = useAsking();
  const replyTo = useCanvas((ui) => ui.replyTo);
  const after = replyTo ?? last ?? NEW_CONVERSATION;
  const typed = useCanvas((ui) => ui.unsent.get(after)) ?? NOTHING;
  const agent = useMentioned(typed.text);
  const field = useRef<HTMLTextAreaElement>(null);
  const files = useUnsentFiles(after, asking.keep.bind(asking));
  const type = (text: string) => asking.keep(after, { ...typed, text });
  const mentions = useMentions(field, typed.text, type);
  const isEmpty = typed.text.trim() === "";
  const send = (kind: "PROMPT" | "NOTE") => {
    if (isEmpty) return;
    asking.follow(after, typed, kind);
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (mentions.takes(event)) return;
    if (event.key === "Escape") leave(last);
    else if (!endsTyping(event)) return;
    event.preventDefault();
    if (event.key === "Enter") send("PROMPT");
  };
  return (
    <form
      className={styles.composer}
      data-composer
      aria-label={thread.composer}
      onSubmit={(event) => {
        event.preventDefault();
        send("PROMPT");
      }}
    >
      {replyTo !== null && replyTo !== last && <Branching from={replyTo} />}
      {typed.quote !== null && <Quoted after={after} typed={typed} />}
      <UnsentFiles typed={typed} remove={files.remove} />
      <textarea
        ref={field}
        rows={1}
        value={typed.text}
        maxLength={QUESTION_LETTERS_MAX}
        aria-label={thread.composer}
        placeholder={last === undefined ? thread.firstQuestion : thread.nextQuestion}
        {...mentions.attributes}
        onKeyDown={onKeyDown}
        onPaste={files.onPaste}
        onDrop={files.onDrop}
      />
      {mentions.list}
      <div className={styles.composerFoot}>
        <Whom after={after} />
        {files.may && <ChooseFiles add={files.add} />}
        <Microphone key={after} after={after} keep={asking.keep.bind(asking)} add={files.add} mayKeep={files.may} />
        <AsNote isEmpty={isEmpty} send={send} />
        <IconButton
          type="submit"
          look="primary"
          className={styles.askButton}
          label={agent === undefined ? thread.ask : agents.mention.ask(agent.name)}
          keys="Enter"
          disabled={isEmpty}
          icon={agent === undefined ? <ArrowUp aria-hidden /> : <Bot aria-hidden />}
        />
      </div>
    </form>
  );
}

/** The keyboard goes back to the message that one was at last. */
function leave(last: string | undefined): void {
  const of = (id: string) => document.querySelector<HTMLElement>(`[data-message="${CSS.escape(id)}"]`);
  const message = last === undefined ? null : of(last);
  if (message !== null) message.focus();
  else document.querySelector<HTMLElement>("[data-composer] textarea")?.blur();
}

/** Who answers, and in which manner. */
function Whom({ after }: { after: string }) {
  const { panel, thread } = useText();
  const store = useCanvasStore();
  const model = useCanvas((ui) => ui.model);
  const presetId = useCanvas((ui) => ui.presetId);
  const models = useModels().data ?? [];
  return (
    <div className={styles.whom}>
      <select
        aria-label={panel.ask.model}
        value={model}
        onChange={({ target }) => store.setState({ model: target.value })}
      >
        <DefaultOption models={models} />
        {models.map(({ id }) => (
          <option key={id} value={id}>
            {id}
          </option>
        ))}
      </select>
      <select
        aria-label={panel.answer.preset}
        value={presetId}
        onChange={({ target }) => store.setState({ presetId: target.value })}
      >
        <option value="">{thread.presetOfProject}</option>
        <PresetOptions chosen={presetId === "" ? null : presetId} />
      </select>
      {after !== NEW_CONVERSATION && (
        <IconButton
          size="small"
          className={styles.wide}
          label={panel.branch.open}
          icon={<SlidersHorizontal aria-hidden />}
          onClick={() => openBranch(store, after)}
        />
      )}
    </div>
  );
}

/** That the question goes elsewhere than to the end. */
function Branching({ from }: { from: string }) {
  const { thread, panel } = useText();
  const store = useCanvasStore();
  const node = useNode(from);
  return (
    <p className={styles.branching}>
      <span>{thread.branching(titleOf(node, panel.untitled))}</span>
      <IconButton
        size="small"
        label={thread.noBranch}
        icon={<X aria-hidden />}
        onClick={() => store.setState({ replyTo: null })}
      />
    </p>
  );
}

function Quoted({ after, typed }: { after: string; typed: Unsent }) {
  const { thread } = useText();
  const asking = useAsking();
  return (
    <div className={styles.quoted}>
      <blockquote className={styles.clamped}>{typed.quote?.text}</blockquote>
      <IconButton
        size="small"
        label={thread.noQuote}
        icon={<X aria-hidden />}
        onClick={() => asking.keep(after, { ...typed, quote: null })}
      />
    </div>
  );
}
