import { useGraph } from "../../project/project.ts";
import type { Ops } from "../../sync/index.ts";
import { useText } from "../../text/index.ts";
import { Input, Select } from "../../ui/Field.tsx";
import { useFormat } from "../data/format.ts";
import { useModels, type Model } from "../data/queries.ts";
import styles from "./Answer.module.css";

/** As it was typed: empty leaves it to project, model and server. */
export interface Chosen {
  readonly model: string;
  readonly temperature: string;
  readonly maxTokens: string;
}

export const NO_OPTIONS: Chosen = { model: "", temperature: "", maxTokens: "" };

type Settings = Pick<Ops["generation.start"], "model" | "temperature" | "maxTokens">;

export function settings({ model, temperature, maxTokens }: Chosen): Settings {
  return {
    ...(model !== "" && { model }),
    ...(temperature !== "" && { temperature: Number(temperature) }),
    ...(maxTokens !== "" && { maxTokens: Number(maxTokens) }),
  };
}

const TEMPERATURE_MAX = 2;
const TOKENS_MAX = 1_000_000;

/** What of it no server takes. */
export function wrongIn({ temperature, maxTokens }: Chosen): {
  readonly temperature: boolean;
  readonly maxTokens: boolean;
} {
  const [degrees, tokens] = [Number(temperature), Number(maxTokens)];
  return {
    temperature: temperature !== "" && !(degrees >= 0 && degrees <= TEMPERATURE_MAX),
    maxTokens: maxTokens !== "" && !(Number.isInteger(tokens) && tokens >= 1 && tokens <= TOKENS_MAX),
  };
}

interface Props {
  value: Chosen;
  onChange: (value: Chosen) => void;
}

/** How a model is to answer. */
export function Options({ value, onChange }: Props) {
  const { panel, refusals } = useText();
  const { ask } = panel;
  const wrong = wrongIn(value);
  const format = useFormat();
  const models = useModels().data ?? [];
  const model = useAskedModel(value.model, models);
  const takesTemperature = model?.takesTemperature ?? true;
  return (
    <div className={styles.options}>
      <Select
        label={ask.model}
        value={value.model}
        onChange={({ target }) => onChange({ ...value, model: target.value })}
      >
        <DefaultOption models={models} />
        {models.map(({ id }) => (
          <option key={id} value={id}>
            {id}
          </option>
        ))}
      </Select>
      <Input
        label={ask.temperature}
        hint={takesTemperature ? ask.temperatureHint : ask.noTemperature}
        type="number"
        min={0}
        max={TEMPERATURE_MAX}
        error={wrong.temperature ? refusals.number("0", format.count(TEMPERATURE_MAX)) : undefined}
        step={0.1}
        disabled={!takesTemperature}
        value={value.temperature}
        onChange={({ target }) => onChange({ ...value, temperature: target.value })}
      />
      <Input
        label={ask.maxTokens}
        hint={ask.maxTokensHint(format.count(model?.outputTokens ?? TOKENS_MAX))}
        type="number"
        min={1}
        error={wrong.maxTokens ? refusals.number("1", format.count(TOKENS_MAX)) : undefined}
        step={1}
        value={value.maxTokens}
        onChange={({ target }) => onChange({ ...value, maxTokens: target.value })}
      />
    </div>
  );
}

/** No choice: whom the server then asks. */
export function DefaultOption({ models }: { models: readonly Model[] }) {
  const { panel } = useText();
  const name = useAskedModel("", models)?.id;
  return <option value="">{name === undefined ? panel.ask.default : panel.ask.modelDefault(name)}</option>;
}

function useAskedModel(chosen: string, models: readonly Model[]): Model | undefined {
  const { project } = useGraph();
  const id = chosen === "" ? project.model : chosen;
  return models.find((model) => (id === null ? model.isDefault : model.id === id));
}
