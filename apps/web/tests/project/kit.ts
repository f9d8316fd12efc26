import type { CanvasGraph, EdgeView, NodeView } from "../../src/sync/index.ts";
import { node as synced, snapshot } from "../sync/kit/bench.ts";

const AT = "2026-01-01T00:00:00.000Z";

/** A node that asks for its own name. */
export const node = (id: string, fields: Partial<NodeView> = {}): NodeView => ({
  ...synced(id),
  prompt: id,
  ...fields,
});

/** `a>b` is an edge from `a` to `b`, under that name. */
export function edge(name: string, fields: Partial<EdgeView> = {}): EdgeView {
  const [sourceId = "", targetId = ""] = name.split(">");
  return { id: name, sourceId, targetId, policy: "FULL", version: 1, createdAt: AT, ...fields };
}

/** A graph of nodes, named or whole, and edges by their names. */
export function graph(nodes: readonly (string | NodeView)[], edges: readonly (string | EdgeView)[] = []): CanvasGraph {
  const whole = nodes.map((one) => (typeof one === "string" ? node(one) : one));
  const drawn = edges.map((one) => (typeof one === "string" ? edge(one) : one));
  return {
    project: snapshot().graph.project,
    nodes: new Map(whole.map((one) => [one.id, one])),
    edges: new Map(drawn.map((one) => [one.id, one])),
    members: new Map(),
    rights: [],
  };
}
