import { type NodeView } from "../../project/project.ts";
import { useMay } from "../../project/use-rights.ts";
import { useText } from "../../text/index.ts";
import { refusalWords } from "../../ui/refusal-words.ts";
import { changesBetween, type Change } from "../context/changes.ts";
import { useAttempt, useContextPreview, type Asking, type Attempt, type Manifest } from "../data/queries.ts";
import { Notice, useTitle } from "../parts/Parts.tsx";

const CHANGES_SHOWN = 4;

/** That an answer is out of date and, for those who may see contexts, what changed. */
export function Staleness({ node }: { node: NodeView }) {
  const { panel } = useText();
  const seesCosts = useMay("costs:read");
  return (
    <Notice tone="warn">
      <p>
        <strong>{panel.answer.stale}.</strong> {panel.answer.staleText}
      </p>
      {seesCosts && <StaleReasons node={node} />}
    </Notice>
  );
}

/** Compared with what the model that answered would be sent now. */
function StaleReasons({ node }: { node: NodeView }) {
  const sent = useAttempt(node.id, node.generationId).data?.manifest;
  const preview = useContextPreview(node.id, sent == null ? {} : askedLike(sent), sent != null).data;
  return preview === undefined ? null : <Reasons node={node} now={preview.manifest} />;
}

const askedLike = ({ model, temperature, maxTokens }: Manifest): Asking => ({
  model,
  maxTokens,
  ...(temperature !== null && { temperature }),
});

/** What differs between what was sent for the answer and what would be sent now. */
export function Reasons({ node, now }: { node: NodeView; now: Manifest }) {
  const { panel } = useText();
  const sent = useAttempt(node.id, node.generationId).data?.manifest;
  const words = useChangeWords();
  if (sent == null || sent.fingerprint === now.fingerprint) return null;
  const changes = changesBetween(sent, now);
  return (
    <ul>
      {changes.slice(0, CHANGES_SHOWN).map((change, place) => (
        <li key={place}>{words(change)}</li>
      ))}
      {changes.length > CHANGES_SHOWN && <li>{panel.changes.more(changes.length - CHANGES_SHOWN)}</li>}
    </ul>
  );
}

function useChangeWords(): (change: Change) => string {
  const { panel } = useText();
  const title = useTitle();
  return (change) => {
    switch (change.what) {
      case "entered":
        return panel.changes.entered(title(change.node), panel.context.entered[change.now]);
      case "edited":
      case "added":
      case "gone":
        return panel.changes[change.what](title(change.node));
      case "model":
        return panel.changes.model(change.model);
      case "order":
      case "instructions":
      case "prompt":
      case "settings":
      case "other":
        return panel.changes[change.what];
    }
  };
}

/** Why the last attempt brought nothing. */
export function LastFailure({ node, last }: { node: NodeView; last: Attempt | undefined }) {
  const { panel } = useText();
  // An older answer that was chosen since is the end of it.
  if (node.status !== "ERROR" || last?.state !== "FAILED") return null;
  const { error } = last;
  const kept = last.isCurrent
    ? null
    : node.response !== null
      ? panel.answer.failedKept
      : last.text
        ? panel.answer.failedPartial
        : null;
  return (
    <Notice tone="bad">
      <p>
        <strong>{panel.answer.failed}.</strong> {error !== null && refusalWords(error)} {kept}
      </p>
      {error !== null && <p>{panel.answer.code(error.code)}</p>}
    </Notice>
  );
}
