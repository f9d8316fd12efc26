import { useText } from "../../text/index.ts";
import { presetWords } from "../../ui/preset-words.ts";
import { usePresets } from "../data/queries.ts";

/** The presets to choose from. The chosen one is always among them, so that nothing else is taken for it. */
export function PresetOptions({ chosen }: { chosen: string | null }) {
  const text = useText();
  const { data: presets = [], isPending } = usePresets();
  const isMissing = chosen !== null && !presets.some(({ id }) => id === chosen);
  return (
    <>
      {isMissing && <option value={chosen}>{isPending ? "…" : text.panel.answer.presetGone}</option>}
      {presets.map((preset) => (
        <option key={preset.id} value={preset.id}>
          {[preset.icon, presetWords(preset, text).name].filter(Boolean).join(" ")}
        </option>
      ))}
    </>
  );
}
