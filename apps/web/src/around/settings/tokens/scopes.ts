import type { Schemas } from "../../../api/client.ts";

/** Those that some operation asks for: the server knows others that do not let a token do anything yet. */
export const SCOPES = [
  "project",
  "members",
  "graph",
  "run",
  "media",
  "agent",
  "audit",
] as const satisfies readonly Schemas["Scope"][];
export type OfferedScope = (typeof SCOPES)[number];
