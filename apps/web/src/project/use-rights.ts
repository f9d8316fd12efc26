import { useSyncExternalStore } from "react";

import type { Rights } from "../sync/index.ts";
import { useProject } from "./project.ts";
import { may, type Right } from "./rights.ts";

const NONE: Rights = [];

export function useRights(): Rights {
  const project = useProject();
  return useSyncExternalStore(project.onChange, () => project.graph()?.rights ?? NONE);
}

/** For components that are to be drawn again only when this one right comes or goes. */
export function useMay(right: Right): boolean {
  const project = useProject();
  return useSyncExternalStore(project.onChange, () => may(project.graph(), right));
}
