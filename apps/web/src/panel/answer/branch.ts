import type { NodeSettings, NodeView, Ops } from "../../sync/index.ts";

/** As it was typed: empty is inherited. */
export interface Typed {
  readonly title: string;
  readonly model: string;
  readonly temperature: string;
  readonly topP: string;
  readonly maxTokens: string;
  readonly presetId: string;
  readonly about: string;
  readonly behavior: string;
  readonly commands: string;
}

export function typedOf({ title, settings }: NodeView): Typed {
  const said: NodeSettings = settings ?? {};
  const { about, behavior, commands } = said.customInstructions ?? {};
  return {
    title: title ?? "",
    model: said.model ?? "",
    temperature: said.temperature?.toString() ?? "",
    topP: said.topP?.toString() ?? "",
    maxTokens: said.maxTokens?.toString() ?? "",
    presetId: said.presetId ?? "",
    about: about ?? "",
    behavior: behavior ?? "",
    commands: commands ?? "",
  };
}

const orNull = (text: string): string | null => (text.trim() === "" ? null : text.trim());
const numberOrNull = (text: string): number | null => (text.trim() === "" ? null : Number(text));

/** Only what was changed is sent, so that nobody's other changes are lost. */
export function changesOf(before: Typed, after: Typed): Omit<Ops["node.update"], "id"> {
  const isChanged = (...names: (keyof Typed)[]) => names.some((name) => before[name] !== after[name]);
  const instructions = Object.fromEntries(
    (["about", "behavior", "commands"] as const).flatMap((name) =>
      orNull(after[name]) === null ? [] : [[name, after[name].trim()]],
    ),
  );
  const settings = {
    ...(isChanged("model") && { model: orNull(after.model) }),
    ...(isChanged("temperature") && { temperature: numberOrNull(after.temperature) }),
    ...(isChanged("topP") && { topP: numberOrNull(after.topP) }),
    ...(isChanged("maxTokens") && { maxTokens: numberOrNull(after.maxTokens) }),
    ...(isChanged("presetId") && { presetId: orNull(after.presetId) }),
    ...(isChanged("about", "behavior", "commands") && {
      customInstructions: Object.keys(instructions).length === 0 ? null : instructions,
    }),
  };
  return {
    ...(isChanged("title") && { title: orNull(after.title) }),
    ...(Object.keys(settings).length > 0 && { settings }),
  };
}
