import type { CanvasGraph } from "../sync/index.ts";
import { shapeOf } from "../project/graph.ts";
import type { CanvasHands } from "./commands/hands.ts";
import { isFocusNowhere } from "../ui/kept-focus.ts";
import type { CanvasStore } from "../project/ui-state.ts";
import { focusCard, focused, focusEdge, glide } from "./sight.ts";

const GLIDE_MS = 200;

export type Direction = "parent" | "child" | "before" | "after";

/** Where a step along the graph leads, from nowhere to the first node at the top left. */
export function neighbour(graph: CanvasGraph, from: string | undefined, direction: Direction): string | undefined {
  const { into, from: out } = shapeOf(graph);
  const ordered = (ids: readonly string[]) => ids.toSorted((a, b) => byPlace(graph, a, b));
  if (from === undefined) return ordered([...graph.nodes.keys()])[0];
  switch (direction) {
    case "parent":
      return ordered((into.get(from) ?? []).map(({ sourceId }) => sourceId))[0];
    case "child":
      return ordered((out.get(from) ?? []).map(({ targetId }) => targetId))[0];
    case "before":
    case "after": {
      const parents = (into.get(from) ?? []).map(({ sourceId }) => sourceId);
      // Roots are neighbours of each other.
      const beside =
        parents.length === 0
          ? [...graph.nodes.keys()].filter((id) => !into.has(id))
          : parents.flatMap((parent) => (out.get(parent) ?? []).map(({ targetId }) => targetId));
      const row = ordered([...new Set(beside)]);
      return row[row.indexOf(from) + (direction === "after" ? 1 : -1)];
    }
  }
}

/** Selects the node to which a step leads, and goes there. */
export function stepTo({ actions, flow, project, store }: CanvasHands, direction: Direction): void {
  const graph = project.graph();
  const [from] = store.getState().selection;
  const to = graph === null ? undefined : neighbour(graph, from, direction);
  if (to === undefined) return;
  actions.select([to]);
  focusCard(to);
  const zoom = flow.getZoom();
  const arrived = flow.fitView({ nodes: [{ id: to }], duration: glide(GLIDE_MS), maxZoom: zoom, minZoom: zoom });
  void arrived.then(() => {
    // A card that was out of sight is drawn by now. Whoever went on meanwhile keeps the focus where they are.
    const isNowhere = isFocusNowhere();
    const { selection, editing, open } = store.getState();
    if (isNowhere && selection.has(to) && editing === null && open === null) focusCard(to);
  });
}

/** From a card to its connections, and from one of them to the next; after the last comes the card again. */
export function stepToEdge({ project, store }: CanvasHands): void {
  const graph = project.graph();
  const { selection, selectedEdges } = store.getState();
  const [edge] = selectedEdges;
  const at = focused();
  const node = at?.kind === "node" ? at.id : ([...selection][0] ?? edgeFrom.get(store));
  if (graph === null || node === undefined) return;
  edgeFrom.set(store, node);
  const { into, from } = shapeOf(graph);
  const edges = [...(into.get(node) ?? []), ...(from.get(node) ?? [])].map(({ id }) => id);
  const next = edges[edge === undefined || at?.kind === "node" ? 0 : edges.indexOf(edge) + 1];
  if (next === undefined) {
    store.setState({ selection: new Set([node]), selectedEdges: new Set() });
    focusCard(node);
    return;
  }
  store.setState({ selection: new Set(), selectedEdges: new Set([next]) });
  focusEdge(next);
}

/** The card from which somebody steps through its connections. */
const edgeFrom = new WeakMap<CanvasStore, string>();

function byPlace(graph: CanvasGraph, a: string, b: string): number {
  const [first, second] = [graph.nodes.get(a)?.position, graph.nodes.get(b)?.position];
  if (first === undefined || second === undefined) return 0;
  return first.x - second.x || first.y - second.y;
}
