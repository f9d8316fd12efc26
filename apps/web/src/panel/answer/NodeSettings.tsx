import { Pin } from "lucide-react";

import type { NodeView } from "../../project/project.ts";
import { useText } from "../../text/index.ts";
import { IconButton } from "../../ui/Button.tsx";
import { Select } from "../../ui/Field.tsx";
import { useOp } from "../data/use-op.ts";
import { Refused } from "../parts/Parts.tsx";
import { PresetOptions } from "../parts/PresetOptions.tsx";
import styles from "./Answer.module.css";

/** What a node says about its own question and about its place in the contexts of others. */
export function NodeSettings({ node }: { node: NodeView }) {
  const { panel } = useText();
  const { submit, busy, refusal } = useOp();
  const { id, settings, pinned } = node;
  const presetId = settings?.presetId ?? null;
  return (
    <div>
      <div className={styles.settings}>
        <Select
          label={panel.answer.preset}
          value={presetId ?? ""}
          disabled={busy}
          onChange={({ target }) =>
            void submit("node.update", { id, settings: { presetId: target.value === "" ? null : target.value } })
          }
        >
          <option value="">{panel.answer.presetOfProject}</option>
          <PresetOptions chosen={presetId} />
        </Select>
        <IconButton
          label={pinned ? panel.answer.unpin : panel.answer.pin}
          look={pinned ? "primary" : "plain"}
          aria-pressed={pinned}
          disabled={busy}
          accessibleWhenDisabled
          icon={<Pin aria-hidden />}
          onClick={() => void submit("node.update", { id, pinned: !pinned })}
        />
      </div>
      <Refused refusal={refusal} />
    </div>
  );
}
