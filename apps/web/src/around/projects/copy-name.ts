const NAME_CHARS_MAX = 200;

/** The name of a copy, as long as the server takes it. */
export const copyName = (name: string): string => Array.from(name).slice(0, NAME_CHARS_MAX).join("").trim();
