import type { Text } from "../index.ts";

export const around: Text["around"] = {};
