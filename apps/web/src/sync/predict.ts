import { applyEvent } from "./apply.ts";
import type { Overlay } from "./graph.ts";
import { patchedSettings } from "./settings.ts";
import type { EdgeView, EventBody, NodeStatus, NodeView, Op, Ops, SingleOp } from "./protocol.ts";

/** Applies an operation as the event that the server will probably make of it; `at` is when it was made. */
export function predict(overlay: Overlay, id: string, request: Op, at: string): void {
  if (request.op === "batch") {
    for (const inner of request.data.ops) predict(overlay, inner.id ?? id, inner, at);
    return;
  }
  const event = expected(overlay, id, request, at);
  if (event !== undefined) applyEvent(overlay, event, at);
}

/** Nothing when the operation will be refused, finds everything done, or cannot be foreseen. */
function expected(overlay: Overlay, id: string, request: SingleOp, at: string): EventBody | undefined {
  switch (request.op) {
    case "node.create":
      if (overlay.nodes.get(id) !== undefined) return undefined;
      return { op: "node.create", data: { ...newNode(id, request.data, at), edges: [] } };
    case "node.update":
      return updated(overlay, request.data, at);
    case "node.move": {
      const positions = withHeld(overlay, request.data.positions).flatMap((position) => {
        const version = overlay.nodes.get(position.id)?.version;
        return version === undefined ? [] : [{ ...position, version }];
      });
      return { op: "node.move", data: { positions } };
    }
    case "node.attach":
    case "node.detach":
      return withFiles(overlay, request, at);
    case "node.delete":
      return overlay.nodes.get(request.data.id) && { op: "node.delete", data: { id: request.data.id } };
    case "node.restore":
      return restored(overlay, request.data.id);
    case "edge.create":
      return connected(overlay, id, request.data, at);
    case "edge.update": {
      const version = overlay.edges.get(request.data.id)?.version;
      const { id: edge, policy } = request.data;
      return version === undefined ? undefined : { op: "edge.update", data: { id: edge, version, policy } };
    }
    case "edge.delete":
      return { op: "edge.delete", data: { id: request.data.id } };
    case "project.update": {
      const { baseVersion: _, ...fields } = request.data;
      return { op: "project.update", data: { ...fields, version: overlay.project.version } };
    }
    case "member.update":
      return overlay.members.get(request.data.userId) && { op: "member.update", data: request.data };
    case "member.remove":
      return { op: "member.remove", data: { userId: request.data.userId } };
    case "generation.start": {
      const node = overlay.nodes.get(request.data.nodeId);
      if (node === undefined) return undefined;
      return {
        op: "node.update",
        data: { id: node.id, version: node.version, updatedAt: node.updatedAt, status: "GENERATING" },
      };
    }
    // Where the server puts it is not known here.
    case "node.followup":
    // What the node was before, or what the attempt said, is not known here; nor are the name of a new member and what an agent will do.
    case "generation.cancel":
    case "generation.select":
    case "generation.vote":
    case "member.add":
    case "task.start":
    case "task.cancel":
      return undefined;
  }
}

function newNode(id: string, data: Ops["node.create"], at: string): NodeView {
  return {
    id,
    prompt: data.prompt,
    response: data.response ?? null,
    summary: data.summary ?? null,
    status: data.response === undefined ? "IDLE" : "COMPLETED",
    position: data.position,
    metadata: data.metadata ?? null,
    llmModel: null,
    llmTokens: null,
    llmCost: null,
    pinned: data.pinned ?? false,
    ...said(data),
    generationId: null,
    version: 1,
    createdAt: at,
    updatedAt: at,
  };
}

/** A file of which the server has not said yet what it is, and how much of it enters contexts. */
const unknownFile = ({ mediaId, ...asked }: PolicyAsked & { readonly mediaId: string }) =>
  ({ mediaId, ...policyOf(asked), type: "DOCUMENT", name: "…", tokens: 0, sha256: "" }) as const;

interface PolicyAsked {
  readonly policy?: Attachment["policy"];
  readonly pages?: string | null;
}

const policyOf = ({ policy = "WHOLE", pages }: PolicyAsked) => ({
  policy,
  ...(pages != null && { pages }),
});

const asKnown = (node: NodeView, asked: Pick<Ops["node.attach"], "mediaId" | "policy">) =>
  node.attachments?.find(({ mediaId, policy }) => mediaId === asked.mediaId && policy === asked.policy) ??
  unknownFile(asked);

type Attachment = NonNullable<NodeView["attachments"]>[number];
type OfFiles = Extract<SingleOp, { op: "node.attach" | "node.detach" }>;

function withFiles(overlay: Overlay, { op, data }: OfFiles, at: string): EventBody | undefined {
  const node = overlay.nodes.get(data.id);
  if (node === undefined) return undefined;
  const { attachments = [], id, version } = node;
  const known = attachments.some(({ mediaId }) => mediaId === data.mediaId);
  const after =
    op === "node.detach"
      ? attachments.filter(({ mediaId }) => mediaId !== data.mediaId)
      : known
        ? attachments.map((one) => (one.mediaId === data.mediaId ? withPolicy(one, data) : one))
        : [...attachments, unknownFile(data)];
  return { op: "node.update", data: { id, version, updatedAt: at, attachments: after } };
}

/** The same file, of which something else is sent. */
function withPolicy({ pages: _, ...file }: Attachment, asked: PolicyAsked): Attachment {
  return { ...file, ...policyOf(asked) };
}

/** What most nodes do not say. */
function said(node: Ops["node.create"]) {
  const { kind, role, title, width, height, color, tags, attachments, settings, frameId } = node;
  return {
    ...(attachments !== undefined && { attachments: attachments.map(unknownFile) }),
    ...(kind !== undefined && { kind }),
    ...(role !== undefined && { role }),
    ...(tags !== undefined && { tags }),
    title: title ?? null,
    width: width ?? null,
    height: height ?? null,
    color: color ?? null,
    settings: settings ?? null,
    frameId: frameId ?? null,
  };
}

type Moves = Ops["node.move"]["positions"];

/** A frame takes along what it holds, unless that is moved itself. */
function withHeld(overlay: Overlay, positions: Moves): Moves {
  const moved = new Set(positions.map(({ id }) => id));
  const frames = positions.filter(({ id }) => overlay.nodes.get(id)?.kind === "FRAME");
  if (frames.length === 0) return positions;
  const held = overlay.living().flatMap(({ id, frameId, position }) => {
    const to = moved.has(id) ? undefined : frames.find((frame) => frame.id === frameId);
    const from = to && overlay.nodes.get(to.id)?.position;
    if (to === undefined || from === undefined) return [];
    return [{ id, x: position.x + to.x - from.x, y: position.y + to.y - from.y }];
  });
  return [...positions, ...held];
}

function updated(overlay: Overlay, data: Ops["node.update"], at: string): EventBody | undefined {
  const node = overlay.nodes.get(data.id);
  if (node === undefined) return undefined;
  const isRewritten = data.response !== undefined && data.response !== node.response;
  return {
    op: "node.update",
    data: {
      ...(isRewritten && byHand(node, data.response)),
      ...nodeFields(data),
      ...(data.attachments !== undefined && { attachments: data.attachments.map((one) => asKnown(node, one)) }),
      ...(data.settings !== undefined && { settings: patchedSettings(node.settings, data.settings) }),
      version: node.version,
      updatedAt: at,
    },
  };
}

/** An answer that somebody wrote is no model's, and the summary of an attempt does not say what it says. */
function byHand({ generationId, isPartial }: NodeView, response: string | null | undefined) {
  const status: NodeStatus = response === null ? "IDLE" : "COMPLETED";
  return {
    status,
    llmModel: null,
    llmTokens: null,
    llmCost: null,
    generationId: null,
    ...(isPartial === true && { isPartial: false }),
    ...(generationId !== null && { summary: null }),
  };
}

/** Without what says only how the change is to be made. */
function nodeFields(data: Ops["node.update"]) {
  const { baseVersion: _base, whileGenerating: _while, settings: _settings, attachments: _files, ...fields } = data;
  return fields;
}

/** Only what was deleted since this page has been open is known here. */
function restored(overlay: Overlay, id: string): EventBody | undefined {
  const kept = overlay.trash.get(id);
  if (kept === undefined || overlay.nodes.get(id) !== undefined) return undefined;
  const living = (end: string) => end === id || overlay.nodes.get(end) !== undefined;
  const edges = kept.edges.filter((edge) => living(edge.sourceId) && living(edge.targetId));
  return { op: "node.restore", data: { id, node: kept.node, edges } };
}

function connected(overlay: Overlay, id: string, data: Ops["edge.create"], at: string): EventBody | undefined {
  const { sourceId, targetId, policy = "FULL" } = data;
  const living = overlay.nodes.get(sourceId) !== undefined && overlay.nodes.get(targetId) !== undefined;
  const same = (edge: EdgeView) => edge.sourceId === sourceId && edge.targetId === targetId;
  if (!living || sourceId === targetId || overlay.edges.get(id) !== undefined) return undefined;
  if (overlay.edges.at(sourceId).some(same)) return undefined;
  return { op: "edge.create", data: { id, sourceId, targetId, policy, version: 1, createdAt: at } };
}
