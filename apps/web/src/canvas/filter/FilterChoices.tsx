import { kindOf } from "../../project/kinds.ts";
import { useGraph } from "../../project/project.ts";
import { useCanvas, useCanvasStore, type Filter } from "../../project/ui-state.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Select } from "../../ui/Field.tsx";
import { useFormat } from "../../ui/format.ts";
import { tagsIn } from "../marking/tags.ts";
import { useAuthors } from "./authors.ts";
import { matches, without } from "./matching.ts";
import styles from "./FilterChoices.module.css";

const KINDS = ["PROMPT", "NOTE", "MEDIA", "SYSTEM"] as const;
const STATUSES = ["IDLE", "GENERATING", "COMPLETED", "STALE", "ERROR"] as const;
/** In dollars. */
const COSTS = [0.001, 0.01, 0.1, 1] as const;

/** What stands out on the canvas: by what it is, how it stands, who answered, who made it, its tags and its cost. */
export function FilterChoices({ onClose }: { onClose: () => void }) {
  const { canvas, hands, common } = useText();
  const { nodes } = useGraph();
  const filter = useCanvas((ui) => ui.filter);
  const store = useCanvasStore();
  const format = useFormat();
  const authors = useAuthors();
  const all = [...nodes.values()];
  const models = [
    ...new Set(all.flatMap(({ llmModel, response }) => (response === null ? [] : [llmModel ?? ""]))),
  ].sort();
  // Only what tells some answers from others; whoever may not see costs has none of it.
  const costs = COSTS.filter((cost) => all.some(({ llmCost }) => (llmCost ?? 0) >= cost));
  const choose = (name: keyof Filter) => (value: string | undefined) =>
    store.setState({ filter: without(filter, name, value) });
  const kinds = KINDS.filter((kind) => all.some((node) => kindOf(node) === kind));
  return (
    <>
      {kinds.length > 1 && (
        <Choice
          label={hands.filterOf.kind}
          options={kinds.map((kind) => [kind, canvas.kind[kind]])}
          value={filter?.kind}
          onChoose={choose("kind")}
        />
      )}
      <Choice
        label={hands.filterOf.status}
        options={STATUSES.map((status) => [status, canvas.status[status]])}
        value={filter?.status}
        onChoose={choose("status")}
      />
      <Choice
        label={hands.filterOf.model}
        options={models.map((model) => [model, model === "" ? hands.byHand : model])}
        value={filter?.model}
        onChoose={choose("model")}
      />
      {authors.length > 0 && (
        <Choice label={hands.filterOf.author} options={authors} value={filter?.author} onChoose={choose("author")} />
      )}
      <Choice
        label={hands.filterOf.tag}
        options={tagsIn(nodes).map((tag) => [tag, tag])}
        value={filter?.tag}
        onChoose={choose("tag")}
      />
      {costs.length > 0 && (
        <Choice
          label={hands.filterOf.cost}
          options={costs.map((cost) => [String(cost), hands.costsAtLeast(format.money(cost))])}
          value={filter?.cost}
          onChoose={choose("cost")}
        />
      )}
      <p role="status">{hands.matching(all.filter((node) => matches(node, filter)).length, all.length)}</p>
      <div className={styles.actions}>
        <Button disabled={filter === null} onClick={() => store.setState({ filter: null })}>
          {hands.clearFilter}
        </Button>
        <Button look="primary" onClick={onClose}>
          {common.close}
        </Button>
      </div>
    </>
  );
}

interface ChoiceProps {
  label: string;
  options: readonly (readonly [value: string, name: string])[];
  value: string | undefined;
  onChoose: (value: string | undefined) => void;
}

/** By its place, since what was written by hand has no name. */
function Choice({ label, options, value, onChoose }: ChoiceProps) {
  const { hands } = useText();
  const place = options.findIndex(([each]) => each === value);
  return (
    <Select label={label} value={place} onChange={({ target }) => onChoose(options[Number(target.value)]?.[0])}>
      <option value={-1}>{hands.anything}</option>
      {options.map(([each, name], at) => (
        <option key={each} value={at}>
          {name}
        </option>
      ))}
    </Select>
  );
}
