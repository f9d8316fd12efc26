import { lateComponent } from "../../ui/late.ts";
import { useWritings } from "../../project/project.ts";
import { useText } from "../../text/index.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { attemptFacts } from "../answer/AnswerFacts.tsx";
import type { Column } from "../compare/Columns.tsx";
import { useFormat } from "../data/format.ts";
import type { Attempt } from "../data/queries.ts";
import { Badge, Facts } from "../parts/Parts.tsx";
import { SelectButton, useWho } from "./AttemptRow.tsx";

const Columns = lateComponent(async () => (await import("../compare/Columns.tsx")).Columns);

interface Props {
  attempts: readonly Attempt[];
  open: boolean;
  onClose: () => void;
}

/** What was tried in one node, beside each other; any of it can be its answer. */
export function SideBySide({ attempts, open, onClose }: Props) {
  const { panel } = useText();
  const column = useColumn();
  return (
    <Dialog title={panel.attempts.title} open={open} onClose={onClose} full>
      <Columns columns={attempts.map(column)} />
    </Dialog>
  );
}

function useColumn(): (attempt: Attempt) => Column {
  const { panel } = useText();
  const format = useFormat();
  const who = useWho();
  const writings = useWritings();
  return (attempt) => {
    const writing = writings.get(attempt.nodeId);
    const isLive = writing?.generation === attempt.id;
    return {
      id: attempt.id,
      name: `${who(attempt)}, ${format.time(attempt.createdAt)}`,
      model: attempt.isCurrent && <Badge tone="accent">{panel.attempts.current}</Badge>,
      text: isLive ? writing.text : (attempt.text ?? ""),
      isLive,
      facts: (
        <Facts
          facts={[
            [panel.runState[attempt.state], format.time(attempt.createdAt)],
            ...attemptFacts(attempt, format, panel),
          ]}
        />
      ),
      actions: <SelectButton attempt={attempt} />,
    };
  };
}
