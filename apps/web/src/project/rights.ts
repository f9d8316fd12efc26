import type { MemberView, Rights } from "../sync/index.ts";

/** What somebody may do in a project, in the words of `x-authz` in the API document, as far as this program asks. */
export type Right =
  | "graph:write"
  | "graph:delete"
  | "runs:run"
  | "comments:read"
  | "comments:write"
  | "agents:read"
  | "agents:write"
  | "costs:read"
  | "presence:write"
  | "media:write"
  | "members:read"
  | "members:write"
  | "members:delete"
  | "oversight:read"
  | "provider-credentials:write"
  | "project:write"
  | "ownership:write";

/** Where somebody's rights are said: a graph, a project, or nothing yet. */
type Rightful = { readonly rights?: Rights } | null | undefined;

/** Whether something is allowed to the user. The server says what is, and has the last word. */
export const may = (within: Rightful, right: Right): boolean => within?.rights?.includes(right) ?? false;

/** Whether the user may change this membership: those who manage members do not touch each other, their owner does. */
export function mayChangeMember(within: Rightful, { role }: Pick<MemberView, "role">): boolean {
  return role !== "OWNER" && may(within, role === "ADMIN" ? "ownership:write" : "members:write");
}
