import type { CanvasGraph, EdgeView, NodeView, ProjectView } from "../../src/sync/index.ts";

const AT = "2026-01-01T00:00:00.000Z";

export function node(id: string, fields: Partial<NodeView> = {}): NodeView {
  return {
    id,
    prompt: id,
    response: null,
    summary: null,
    status: "IDLE",
    position: { x: 0, y: 0 },
    metadata: null,
    llmModel: null,
    llmTokens: null,
    llmCost: null,
    pinned: false,
    presetId: null,
    generationId: null,
    version: 1,
    createdAt: AT,
    updatedAt: AT,
    ...fields,
  };
}

/** `a>b` is an edge from `a` to `b`, under that name. */
export function edge(name: string, fields: Partial<EdgeView> = {}): EdgeView {
  const [sourceId = "", targetId = ""] = name.split(">");
  return { id: name, sourceId, targetId, policy: "FULL", version: 1, createdAt: AT, ...fields };
}

const PROJECT: ProjectView = {
  id: "project",
  name: "Project",
  description: null,
  systemPrompt: null,
  ownerId: null,
  isPublic: false,
  viewport: null,
  presetId: null,
  model: null,
  fallbackModels: [],
  role: "OWNER",
  version: 1,
  createdAt: AT,
  updatedAt: AT,
  deletedAt: null,
};

/** A graph of nodes, named or whole, and edges by their names. */
export function graph(nodes: readonly (string | NodeView)[], edges: readonly (string | EdgeView)[] = []): CanvasGraph {
  const whole = nodes.map((one) => (typeof one === "string" ? node(one) : one));
  const drawn = edges.map((one) => (typeof one === "string" ? edge(one) : one));
  return {
    project: PROJECT,
    nodes: new Map(whole.map((one) => [one.id, one])),
    edges: new Map(drawn.map((one) => [one.id, one])),
    members: new Map(),
  };
}
