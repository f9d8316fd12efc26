import { Pin } from "lucide-react";

import { useNode, type EdgeView } from "../../project/project.ts";
import { useMay } from "../../project/use-rights.ts";
import type { EdgePolicy } from "../../sync/index.ts";
import { useText } from "../../text/index.ts";
import { IconButton } from "../../ui/Button.tsx";
import { classes } from "../../ui/classes.ts";
import { useFormat } from "../data/format.ts";
import { useOp } from "../data/use-op.ts";
import { Badge, NodeLink, Refused, Soft, useTitle, type Tone } from "../parts/Parts.tsx";
import styles from "./Context.module.css";
import { whyOf, type Item } from "./shape.ts";

const POLICIES: readonly EdgePolicy[] = ["FULL", "SUMMARY", "EXCLUDE"];
const TONES: Readonly<Record<Item["entered"], Tone>> = {
  FULL: "good",
  SUMMARY: "accent",
  CUT: "warn",
  EXCLUDED: "plain",
  EMPTY: "plain",
};

interface Props {
  item: Item;
  /** The edges over which it leads to the node; null where nothing is to be changed. */
  ways: readonly EdgeView[] | null;
}

/** An ancestor, and how it enters the context. */
export function Ancestor({ item, ways }: Props) {
  const { panel } = useText();
  const format = useFormat();
  const mayWrite = useMay("graph:write");
  const mayChange = ways !== null && mayWrite;
  const why = whyOf(item);
  const isSent = item.entered === "FULL" || item.entered === "SUMMARY";
  return (
    <li className={styles.item}>
      <div className={classes(styles.top, !isSent && styles.out)}>
        <NodeLink id={item.nodeId} />
        <span className={styles.tokens}>{panel.context.tokens(format.count(isSent ? item.tokens : 0))}</span>
        {mayChange && <PinButton id={item.nodeId} />}
      </div>
      <div className={styles.how}>
        <Badge tone={TONES[item.entered]}>{panel.context.entered[item.entered]}</Badge>
        {item.pinned && (
          <Badge tone="accent">
            <Pin aria-hidden />
            {panel.context.pinned}
          </Badge>
        )}
        {why !== null && <span>{panel.context.why[why]}</span>}
      </div>
      {mayChange && <Ways ways={ways} />}
    </li>
  );
}

function PinButton({ id }: { id: string }) {
  const { panel } = useText();
  const node = useNode(id);
  const title = useTitle();
  const { submit, busy } = useOp();
  if (node === undefined) return null;
  return (
    <IconButton
      label={panel.context.pin(title(id))}
      size="small"
      look={node.pinned ? "primary" : "quiet"}
      aria-pressed={node.pinned}
      busy={busy}
      icon={busy ? null : <Pin aria-hidden />}
      onClick={() => void submit("node.update", { id, pinned: !node.pinned })}
    />
  );
}

function Ways({ ways }: { ways: readonly EdgeView[] }) {
  const { panel } = useText();
  return (
    <>
      {ways.length > 1 && <Soft>{panel.context.ways(ways.length)}</Soft>}
      <div className={styles.controls}>
        {ways.map((edge) => (
          <Way key={edge.id} edge={edge} isOnly={ways.length === 1} />
        ))}
      </div>
    </>
  );
}

/** One edge, and how much it lets through. */
function Way({ edge, isOnly }: { edge: EdgeView; isOnly: boolean }) {
  const { panel } = useText();
  const title = useTitle();
  const { submit, busy, refusal } = useOp();
  const { id, policy, sourceId, targetId } = edge;
  return (
    <span className={styles.way}>
      {!isOnly && panel.context.towards(title(targetId))}
      <select
        aria-label={panel.context.policyOf(title(sourceId), title(targetId))}
        aria-busy={busy}
        value={policy}
        onChange={({ target }) => {
          const chosen = POLICIES.find((each) => each === target.value);
          if (chosen !== undefined) void submit("edge.update", { id, policy: chosen });
        }}
      >
        {POLICIES.map((each) => (
          <option key={each} value={each}>
            {panel.context.policy[each]}
          </option>
        ))}
      </select>
      <Refused refusal={refusal} />
    </span>
  );
}
