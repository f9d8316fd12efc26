/** What a preset is called, and what it is for. */
export interface PresetWords {
  readonly name: string;
  readonly description: string;
}

/** The presets that come with the server, by their ids; it says them in English itself. */
export const presets: Readonly<Record<string, PresetWords>> = {};
