import { useReactFlow } from "@xyflow/react";

import { seenIn } from "../canvas/viewport.ts";
import { hiddenBy, shapeOf } from "../project/graph.ts";
import { boxOf, overlaps, type Area } from "../project/sizes.ts";
import { useCanvas } from "../project/ui-state.ts";
import { useGraph } from "../project/project.ts";
import type { NodeView } from "../sync/index.ts";
import { threadOf } from "../thread/path.ts";

export type Scope = "all" | "seen" | "selection" | "thread";

/** A part of a project that can be exported. */
export interface Part {
  readonly scope: Scope;
  readonly nodes: readonly NodeView[];
  /** Where it ends, if that is a place on the canvas and not with its nodes. */
  readonly area: Area | null;
}

/** What there is to choose from where somebody is; first what they most likely mean. */
export function useScopes(): readonly Part[] {
  const graph = useGraph();
  const flow = useReactFlow();
  const view = useCanvas((ui) => ui.view);
  const selection = useCanvas((ui) => ui.selection);
  const collapsed = useCanvas((ui) => ui.collapsed);
  const at = useCanvas((ui) => ui.at);
  const ways = useCanvas((ui) => ui.ways);
  const listed = (ids: Iterable<string>) => [...ids].flatMap((id) => graph.nodes.get(id) ?? []);
  const all: Part = { scope: "all", nodes: [...graph.nodes.values()], area: null };
  if (view === "thread") return [{ scope: "thread", nodes: listed(threadOf(graph, at, ways)), area: null }, all];
  const hidden = hiddenBy(shapeOf(graph), collapsed);
  const box = document.querySelector(".react-flow")?.getBoundingClientRect() ?? { width: 1, height: 1 };
  const area = seenIn(flow.getViewport(), box);
  const seen = all.nodes.filter((node) => !hidden.has(node.id) && overlaps(boxOf(node), area));
  const parts: Part[] = [all, { scope: "seen", nodes: seen, area }];
  const [first, another] = selection;
  if (first === undefined) return parts;
  const chosen: Part = { scope: "selection", nodes: listed(selection), area: null };
  const thread = another === undefined ? listed(threadOf(graph, first, ways)) : [];
  return [chosen, ...(thread.length > 0 ? [{ scope: "thread" as const, nodes: thread, area: null }] : []), ...parts];
}
