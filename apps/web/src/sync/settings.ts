import type { NodeSettings, Ops } from "./protocol.ts";

type Patch = Ops["node.update"]["settings"];

/** The settings of a branch after a change: null inherits one again, or all of them. */
export function patchedSettings(before: NodeSettings | null | undefined, patch: Patch): NodeSettings | null {
  const said = patch === null ? [] : Object.entries({ ...before, ...patch }).filter(([, value]) => value !== null);
  return said.length === 0 ? null : Object.fromEntries(said);
}
