import { EyeOff, Pin, RotateCw, Sparkles, Square } from "lucide-react";

import { soonComponent } from "../ui/late.ts";
import { CopyButton } from "../markdown/Code.tsx";
import { Markdown } from "../markdown/Markdown.tsx";
import { LastFailure, Staleness } from "../panel/answer/Notices.tsx";
import { answersOf, useAttempts, type Attempt } from "../project/attempts.ts";
import { useNode, useProjectState, useWriting, type EdgeView, type NodeView } from "../project/project.ts";
import { useMay } from "../project/use-rights.ts";
import { useText } from "../text/index.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { Spinner } from "../ui/Spinner.tsx";
import { Switch } from "../ui/Switch.tsx";
import { useAsking } from "./asking.ts";
import { Details } from "./Details.tsx";
import { useMayAsk } from "./may-ask.ts";
import { MoreMenu } from "./MoreMenu.tsx";
import styles from "./Thread.module.css";
import { useWay } from "./way.ts";

const Listen = soonComponent(async () => (await import("../project/voice/Listen.tsx")).Listen);

interface Props {
  node: NodeView;
  parent: string | undefined;
  next: string | undefined;
  hasTools: boolean;
  isResting: boolean;
}

/** What was answered, while it is written and after. */
export function Answer({ node, parent, next, hasTools, isResting }: Props) {
  const { thread } = useText();
  const seesCosts = useMay("costs:read");
  const attempts = useAttempts(node.id, seesCosts && isResting).items;
  const isAsked = node.status === "GENERATING";
  const way = useWay(node.id, next);
  return (
    <section className={styles.answer} aria-label={thread.answer}>
      {isAsked ? <Writing node={node} parent={parent} /> : <Written node={node} attempts={attempts} />}
      {!isAsked && (
        <div className={styles.tools}>{hasTools && <Tools node={node} attempts={attempts} way={way} />}</div>
      )}
    </section>
  );
}

/** An answer that is being written, or that a model is yet to begin. */
function Writing({ node, parent }: { node: NodeView; parent: string | undefined }) {
  const { thread, panel } = useText();
  const asking = useAsking();
  const mayAsk = useMayAsk();
  const writing = useWriting(node.id);
  const { status } = useProjectState();
  const above = useNode(parent ?? "");
  const text = writing?.text ?? "";
  const words =
    writing === undefined && status !== "live"
      ? panel.answer.asksLater
      : above?.status === "GENERATING"
        ? thread.waitsAbove
        : panel.answer.waiting;
  return (
    <>
      {/* Said once, when it begins: a live region of the text would be read out with every word. */}
      <p className="visually-hidden" role="status">
        {text === "" ? words : panel.answer.writing}
      </p>
      {text === "" ? (
        <p className={styles.waiting}>
          <Spinner />
          <span aria-hidden>{words}</span>
        </p>
      ) : (
        <Markdown text={text} live cites={node.id} />
      )}
      {mayAsk && (
        <Button size="small" className={styles.stop} onClick={() => asking.stop(node.id)}>
          <Square aria-hidden />
          {thread.stop}
        </Button>
      )}
    </>
  );
}

function Written({ node, attempts }: { node: NodeView; attempts: readonly Attempt[] | undefined }) {
  return (
    <>
      {node.status === "STALE" && <Staleness node={node} />}
      <LastFailure node={node} last={attempts?.[0]} />
      {node.response !== null && (
        <div data-answer={node.id}>
          <Markdown text={node.response} cites={node.id} />
        </div>
      )}
    </>
  );
}

interface ToolsProps {
  node: NodeView;
  attempts: readonly Attempt[] | undefined;
  way: EdgeView | undefined;
}

function Tools({ node, attempts, way }: ToolsProps) {
  const { thread } = useText();
  const asking = useAsking();
  const mayAsk = useMayAsk();
  const isAnswered = node.response !== null;
  return (
    <>
      <Attempts node={node} attempts={attempts} />
      {isAnswered && <Listen node={node.id} />}
      {isAnswered && <CopyButton label={thread.copyAnswer} text={() => node.response ?? ""} />}
      {mayAsk && isAnswered && (
        <IconButton
          size="small"
          label={thread.retry}
          keys="R"
          icon={<RotateCw aria-hidden />}
          onClick={() => asking.again(node)}
        />
      )}
      {mayAsk && !isAnswered && (
        <Button size="small" onClick={() => asking.again(node)}>
          <Sparkles aria-hidden />
          {node.status === "ERROR" ? thread.retry : thread.ask}
        </Button>
      )}
      {isAnswered && <Details node={node} attempts={attempts} />}
      <MoreMenu node={node} way={way} />
      {node.pinned && (
        <span className={styles.mark}>
          <Pin aria-hidden />
          {thread.pinned}
        </span>
      )}
      {way?.policy === "EXCLUDE" && (
        <span className={styles.mark}>
          <EyeOff aria-hidden />
          {thread.excluded}
        </span>
      )}
    </>
  );
}

/** The answers that were tried; any of them can be the one. */
function Attempts({ node, attempts }: { node: NodeView; attempts: readonly Attempt[] | undefined }) {
  const { thread } = useText();
  const asking = useAsking();
  const mayWrite = useMay("graph:write");
  const all = answersOf(attempts);
  if (!mayWrite) return null;
  return (
    <Switch
      name={thread.attempts}
      place={all.findIndex(({ isCurrent }) => isCurrent)}
      count={all.length}
      onChoose={(place) => {
        const chosen = all[place];
        if (chosen !== undefined) asking.select(node.id, chosen.id);
      }}
    />
  );
}
