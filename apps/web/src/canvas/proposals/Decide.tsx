import { useDecide, type Done } from "../../project/changes/queries.ts";
import { countReasons } from "../../project/changes/shape.ts";
import { useMay } from "../../project/use-rights.ts";
import { text, useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { explainOnly } from "../../ui/toasts.ts";
import styles from "./Proposals.module.css";
import { withDependents, withNeeds, type Proposal } from "./shape.ts";

/** Accepts or rejects one proposal, with what it cannot be without or what cannot be without it. */
export function Decide({ proposal }: { proposal: Proposal }) {
  const { proposals: words } = useText().canvas;
  const mayDecide = useMay("graph:write");
  const decide = useDecide(proposal.set.id, tellLeft);
  if (!mayDecide) return null;
  const [accepted, rejected] = [withNeeds(proposal), withDependents(proposal)];
  const [needs, dependents] = [accepted.length - 1, rejected.length - 1];
  return (
    <div className={`nodrag nopan ${styles.decide ?? ""}`}>
      <Button
        size="small"
        look="primary"
        busy={decide.isPending}
        title={needs === 0 ? undefined : words.acceptWithSays(needs)}
        onClick={() => decide.mutate({ how: "accept", items: accepted })}
      >
        {needs === 0 ? words.accept : words.acceptWith(needs)}
      </Button>
      <Button
        size="small"
        busy={decide.isPending}
        title={dependents === 0 ? undefined : words.rejectWithSays(dependents)}
        onClick={() => decide.mutate({ how: "reject", items: rejected })}
      >
        {dependents === 0 ? words.reject : words.rejectWith(dependents)}
      </Button>
    </div>
  );
}

/** What was accepted and did not come about is gone from the canvas, so it is said. */
export function tellLeft({ left }: Pick<Done, "left">): void {
  if (left.length === 0) return;
  const { changeSets: words } = text().panel;
  const reasons = countReasons(left).map(([reason, count]) => words.because(words.reason[reason], count));
  explainOnly(`${words.left} ${reasons.join("; ")}`);
}
