import type { Text } from "../index.ts";

export const canvas: Text["canvas"] = {};
