import { useSyncExternalStore } from "react";

import type { CanvasGraph, Role } from "../sync/index.ts";
import { useProject } from "./project.ts";

/** What somebody may do in a project, in the words of `x-authz` in the API document, as far as this program asks. */
export type Right =
  | "graph:write"
  | "graph:delete"
  | "runs:run"
  | "costs:read"
  | "members:read"
  | "members:write"
  | "members:delete"
  | "project:write"
  | "ownership:write";

const NONE: readonly Right[] = [];
const EDITOR: readonly Right[] = ["graph:write", "graph:delete", "runs:run", "costs:read", "members:read"];
const ADMIN: readonly Right[] = [...EDITOR, "members:write", "members:delete", "project:write"];
const RIGHTS: Readonly<Record<Role, readonly Right[]>> = {
  OWNER: [...ADMIN, "ownership:write"],
  ADMIN,
  EDITOR,
  MEMBER: ["members:read"],
  VIEWER: ["members:read"],
};

/** Whether these rights allow something; the server has the last word. */
export const may = (rights: readonly string[], right: Right): boolean => rights.includes(right);

/** The user's own rights in a project. */
export function rightsIn(graph: CanvasGraph | null): readonly string[] {
  const role = graph?.project.role ?? null;
  return role === null ? NONE : RIGHTS[role];
}

export function useRights(): readonly string[] {
  const project = useProject();
  return useSyncExternalStore(project.onChange, () => rightsIn(project.graph()));
}

/** For components that are to be drawn again only when this one right comes or goes. */
export function useMay(right: Right): boolean {
  const project = useProject();
  return useSyncExternalStore(project.onChange, () => may(rightsIn(project.graph()), right));
}
