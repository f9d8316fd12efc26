import { shapeOf, upwardsOf } from "../../project/graph.ts";
import type { CanvasGraph, EdgeView } from "../../sync/index.ts";
import type { Manifest } from "../data/queries.ts";

export type Item = Manifest["items"][number];

/** What takes room in a model's window, in the order in which it is sent. */
export interface Share {
  readonly part: "instructions" | "ancestors" | "prompt" | "left";
  readonly tokens: number;
}

export function sharesOf({ systemTokens, promptTokens, tokens, tokensMax }: Manifest): readonly Share[] {
  return [
    { part: "instructions", tokens: systemTokens },
    // What is between the messages counts as theirs.
    { part: "ancestors", tokens: Math.max(0, tokens - systemTokens - promptTokens) },
    { part: "prompt", tokens: promptTokens },
    { part: "left", tokens: Math.max(0, tokensMax - tokens) },
  ];
}

/** The edges over which each ancestor of a node leads towards it. */
export function waysOf(graph: CanvasGraph, node: string): ReadonlyMap<string, readonly EdgeView[]> {
  const shape = shapeOf(graph);
  const ways = new Map<string, EdgeView[]>();
  for (const target of upwardsOf(shape, [node])) {
    for (const edge of shape.into.get(target) ?? [])
      ways.set(edge.sourceId, [...(ways.get(edge.sourceId) ?? []), edge]);
  }
  return ways;
}

export type Why = "policy" | "budget" | "cut" | "empty" | null;

/** Why an ancestor did not enter whole. */
export function whyOf({ entered, because }: Item): Why {
  if (entered === "EMPTY") return "empty";
  if (because === "POLICY") return "policy";
  if (because === "BUDGET") return entered === "CUT" ? "cut" : "budget";
  return null;
}
