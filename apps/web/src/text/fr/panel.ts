import type { Text } from "../index.ts";

export const panel: Text["panel"] = {};
