import { answersOf, useAttempts } from "../project/attempts.ts";
import { useCanvas } from "../project/ui-state.ts";
import { useMay } from "../project/use-rights.ts";
import type { NodeView } from "../sync/index.ts";
import { language, useText } from "../text/index.ts";
import { Switch } from "../ui/Switch.tsx";
import { useActions } from "./actions-context.ts";
import styles from "./Card.module.css";
import { AnswerVotes } from "./votes/AnswerVotes.tsx";

/** Who answered, and what that took; of the one card that is selected also which attempt that is. */
export function CardFooter({ node, selected }: { node: NodeView; selected: boolean }) {
  const isAlone = useCanvas((ui) => ui.selection.size === 1);
  const mayRead = useMay("costs:read");
  const mayWrite = useMay("graph:write");
  const facts = useFacts(node);
  const hasAttempts = selected && isAlone && mayRead && mayWrite && node.status !== "GENERATING";
  if (node.response === null || (facts === "" && !hasAttempts)) return null;
  return (
    <footer className={styles.footer}>
      <span className={styles.facts}>{facts}</span>
      <AnswerVotes node={node} />
      {hasAttempts && <Attempts id={node.id} />}
    </footer>
  );
}

function useFacts({ llmModel, llmTokens, llmCost, generationId }: NodeView): string {
  const { canvas } = useText();
  // Of an answer that was stopped it may be unknown who was writing it.
  if (llmModel === null) return generationId === null ? canvas.byHand : "";
  const parts = [
    llmModel,
    llmTokens !== null && canvas.tokens(new Intl.NumberFormat(language()).format(llmTokens)),
    llmCost !== null && llmCost > 0 && dollars(llmCost),
  ].filter((part) => typeof part === "string");
  return parts.join(" · ");
}

/** ‹2/3›: another attempt becomes the answer, for everybody. */
function Attempts({ id }: { id: string }) {
  const { thread } = useText();
  const actions = useActions();
  const all = answersOf(useAttempts(id).items);
  return (
    <span className={`nodrag ${styles.attempts ?? ""}`}>
      <Switch
        name={thread.attempts}
        place={all.findIndex(({ isCurrent }) => isCurrent)}
        count={all.length}
        onChoose={(place) => {
          const chosen = all[place];
          if (chosen !== undefined) actions.choose(id, chosen.id);
        }}
      />
    </span>
  );
}

const dollars = (amount: number) =>
  new Intl.NumberFormat(language(), { style: "currency", currency: "USD", maximumSignificantDigits: 2 }).format(amount);
