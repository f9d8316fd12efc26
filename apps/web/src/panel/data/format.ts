import { language } from "../../text/index.ts";

export { formatOf, useFormat, type Format } from "../../ui/format.ts";

export const msBetween = (from: string, to: string): number => Math.max(0, Date.parse(to) - Date.parse(from));

/** For sorting names. */
export const byName = (a: string, b: string): number => a.localeCompare(b, language());
