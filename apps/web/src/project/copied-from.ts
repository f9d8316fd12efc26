import type { NodeView } from "../sync/index.ts";

/** The node of which another one is a copy. */
export interface Source {
  readonly project: string;
  readonly node: string;
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What a node was copied from, if it says so. Anybody can write that, so that nothing but ids is taken. */
export function copiedFrom({ metadata }: Pick<NodeView, "metadata">): Source | null {
  const said: unknown = metadata?.copiedFrom;
  if (typeof said !== "object" || said === null) return null;
  const { project, node } = said as Partial<Record<keyof Source, unknown>>;
  return isId(project) && isId(node) ? { project, node } : null;
}

const isId = (said: unknown): said is string => typeof said === "string" && ID.test(said);
