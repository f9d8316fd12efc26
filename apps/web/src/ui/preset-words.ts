import type { Text } from "../text/index.ts";

interface Preset {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly isSystem: boolean;
  readonly version: number;
}

/** What a preset says of itself: in the language of the page, if it is the server's and nobody edited it. */
export function presetWords(
  { id, name, description, isSystem, version }: Preset,
  { presets }: Text,
): Pick<Preset, "name" | "description"> {
  const own = isSystem && version === 1 ? presets[id] : undefined;
  return own ?? { name, description };
}
