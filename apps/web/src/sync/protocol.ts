/** The JSON of the socket, as `docs/protocol` and `apps/protocol` have it. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface Position {
  readonly x: number;
  readonly y: number;
}

export interface Viewport extends Position {
  readonly zoom: number;
}

export type Role = "OWNER" | "ADMIN" | "EDITOR" | "MEMBER" | "VIEWER";
export type NodeStatus = "IDLE" | "GENERATING" | "COMPLETED" | "ERROR" | "STALE";
export type EdgePolicy = "FULL" | "SUMMARY" | "EXCLUDE";
export type Metadata = Readonly<Record<string, Json>>;

export interface NodeView {
  readonly id: string;
  readonly prompt: string;
  readonly response: string | null;
  readonly summary: string | null;
  readonly status: NodeStatus;
  readonly position: Position;
  readonly metadata: Metadata | null;
  readonly llmModel: string | null;
  readonly llmTokens: number | null;
  readonly llmCost: number | null;
  /** Whether descendants keep it whole in their contexts before others. */
  readonly pinned: boolean;
  readonly presetId: string | null;
  /** The attempt that the answer is from; null for answers that people wrote. */
  readonly generationId: string | null;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface EdgeView {
  readonly id: string;
  readonly sourceId: string;
  readonly targetId: string;
  readonly policy: EdgePolicy;
  readonly version: number;
  readonly createdAt: string;
}

export interface ProjectView {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly systemPrompt: string | null;
  readonly ownerId: string | null;
  readonly isPublic: boolean;
  readonly viewport: Viewport | null;
  readonly presetId: string | null;
  /** Null for the server's default. */
  readonly model: string | null;
  /** Asked in turn when one fails. */
  readonly fallbackModels: readonly string[];
  readonly role: Role | null;
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly deletedAt: string | null;
}

export interface MemberView {
  readonly userId: string;
  readonly role: Role;
  readonly name: string;
  readonly avatar: string | null;
}

export interface GraphView {
  readonly project: ProjectView;
  readonly epoch: string;
  readonly seq: number;
  readonly nodes: readonly NodeView[];
  readonly edges: readonly EdgeView[];
  readonly members: readonly MemberView[];
}

/** What a client may ask for: each operation with its data. */
export interface Ops {
  "node.create": {
    prompt: string;
    position: Position;
    parentIds?: string[];
    metadata?: Metadata;
    response?: string;
    summary?: string;
    pinned?: boolean;
    presetId?: string;
  };
  /** A change of text is made to the version it is based on; the library fills that in. */
  "node.update": {
    id: string;
    baseVersion?: number;
    prompt?: string;
    response?: string | null;
    summary?: string | null;
    position?: Position;
    metadata?: Metadata | null;
    pinned?: boolean;
    presetId?: string | null;
    /** What a change of text does while the answer is being written; it is refused if this is left out. */
    whileGenerating?: "REFUSE" | "CANCEL";
  };
  "node.move": { positions: { id: string; x: number; y: number }[] };
  "node.delete": { id: string };
  "node.restore": { id: string };
  "edge.create": { sourceId: string; targetId: string; policy?: EdgePolicy };
  "edge.update": { id: string; policy: EdgePolicy; baseVersion?: number };
  "edge.delete": { id: string };
  "project.update": {
    baseVersion?: number;
    name?: string;
    description?: string | null;
    systemPrompt?: string;
    isPublic?: boolean;
    viewport?: Viewport | null;
    presetId?: string | null;
    model?: string | null;
    fallbackModels?: string[];
  };
  "member.add": { email?: string; userId?: string; role: Role };
  "member.update": { userId: string; role: Role };
  "member.remove": { userId: string };
  /** `force` asks the model even if an answer to exactly this context exists. */
  "generation.start": { nodeId: string; model?: string; temperature?: number; maxTokens?: number; force?: boolean };
  /** Cancels what the node has; with `generation` only if it is that. */
  "generation.cancel": { nodeId: string; generation?: string };
  /** Makes an attempt's answer the node's again. */
  "generation.select": { nodeId: string; generation: string };
}

/** One operation, outside a batch or in it. */
export type SingleOp = { [K in keyof Ops]: { op: K; data: Ops[K] } }[keyof Ops];
export type BatchedOp = SingleOp & { id?: string };
export type Op = SingleOp | { op: "batch"; data: { ops: BatchedOp[] } };

/** What happened. Events of kinds this library does not know come too. */
export type EventBody =
  | { op: "node.create"; data: NodeView & { edges: readonly EdgeView[] } }
  | { op: "node.update"; data: { id: string; version: number } & Partial<NodeView> }
  | { op: "node.move"; data: { positions: readonly { id: string; x: number; y: number; version: number }[] } }
  | { op: "node.delete"; data: { id: string } }
  | { op: "node.restore"; data: { id: string; node: NodeView; edges: readonly EdgeView[] } }
  | { op: "edge.create"; data: EdgeView }
  | { op: "edge.update"; data: { id: string; version: number; policy: EdgePolicy } }
  | { op: "edge.delete"; data: { id: string } }
  | { op: "project.create"; data: object }
  | { op: "project.update"; data: { version: number } & Partial<ProjectView> }
  | { op: "project.delete"; data: object }
  | { op: "project.restore"; data: object }
  | { op: "member.add"; data: Partial<MemberView> }
  | { op: "member.update"; data: { userId?: string; role?: Role } }
  | { op: "member.remove"; data: { userId?: string } }
  | { op: "invitation.create"; data: object }
  | { op: "invitation.revoke"; data: object }
  | { op: GenerationEvent; data: GenerationChange }
  | { op: "refresh.start"; data: { refresh: string; stale: number } }
  | { op: "refresh.end"; data: { refresh: string; state: RunState; ran: number; left?: readonly string[] } }
  | { op: "instructions.change"; data: object }
  | { op: "batch"; data: { ops: readonly EventBody[] } };

export type GenerationEvent = `generation.${"start" | "end" | "cancel" | "select"}`;
export type RunState = "QUEUED" | "RUNNING" | "COMPLETED" | "FAILED" | "CANCELLED";
export type AnswerFields = Pick<
  NodeView,
  "response" | "summary" | "llmModel" | "llmTokens" | "llmCost" | "generationId" | "updatedAt"
>;
/** How a generation stands, and the fields of its node that changed. */
export interface GenerationChange extends Partial<AnswerFields> {
  readonly nodeId: string;
  readonly generation: string;
  readonly state: RunState;
  readonly nodeStatus: NodeStatus;
  readonly version: number;
  /** The refresh that it is part of. */
  readonly refresh?: string;
  readonly error?: RunError;
  readonly recipe?: Recipe;
}

/** Why a generation failed: a stable word, and the way out. */
export interface RunError {
  readonly code: string;
  readonly detail: string;
}

/** What an answer was made with; left out for those who may not see costs. */
export interface Recipe {
  readonly fingerprint: string;
  readonly model: string;
  readonly temperature?: number;
  readonly maxTokens?: number;
  readonly by: string;
}

export interface EventView {
  readonly seq: number;
  readonly op: string;
  readonly data: object;
  readonly actor: { kind: string; id: string | null; name: string | null };
  readonly opId: string | null;
  /** Nodes whose answers no longer rest on what their context is now, and those whose answers do so again. */
  readonly stale?: readonly string[];
  readonly fresh?: readonly string[];
  readonly at: string;
}

export interface PresenceFields {
  cursor?: { x: number; y: number; nodeId?: string } | null;
  selection?: string[];
  editing?: string | null;
}

export interface PeerFrame {
  readonly s: number;
  readonly u?: string;
  readonly name?: string;
  readonly color?: string;
  readonly cursor?: PresenceFields["cursor"];
  readonly selection?: string[] | null;
  readonly editing?: string | null;
}

export interface GenerationText {
  readonly node: string;
  readonly generation: string;
  /** The last chunk that the text holds; null before the first. */
  readonly chunk: number | null;
  readonly text: string;
}

/** Null where nothing limits. */
export interface Limits {
  readonly frameBytes: number;
  readonly opsPerSecond: number | null;
  readonly opsBurst: number | null;
  readonly pingMs: number;
  readonly silenceMs: number;
}

export interface FieldError {
  readonly pointer: string;
  readonly detail: string;
}

export interface Ready {
  type: "ready";
  userId: string;
  sessionId: string;
  s: number;
  serverTime: string;
  limits: Limits;
}

export interface Ack {
  type: "ack";
  id: string;
  seq: number;
  data?: object;
}

export interface Nack {
  type: "nack";
  id: string | null;
  project?: string;
  code: string;
  detail: string;
  retryable: boolean;
  retryAfterMs?: number;
  errors?: FieldError[];
  path?: string[];
}

interface Joined {
  project: string;
  epoch: string;
  presence: PeerFrame[];
  generations: GenerationText[];
}

export type Snapshot = Joined & { type: "snapshot"; seq: number; graph: GraphView };
export type Tail = Joined & { type: "tail"; from: number; events: EventView[] };
export interface PresenceFrame {
  type: "presence";
  project: string;
  peers: PeerFrame[];
  left: number[];
  full?: boolean;
}
export interface Delta {
  type: "delta";
  project: string;
  node: string;
  generation: string;
  chunk: number;
  /** The first chunk that the text holds, if there are several. */
  from?: number;
  text: string;
}

/** What the server says about one project. */
export type RoomFrame =
  | Snapshot
  | Tail
  | { type: "unsubscribed"; project: string; code?: number; reason?: string }
  | { type: "events"; project: string; events: EventView[] }
  | PresenceFrame
  | Delta;

export interface Closing {
  type: "closing";
  code: number;
  reason: string;
  project?: string;
  retryAfterMs?: number;
}

export type ServerFrame =
  Ready | Ack | Nack | RoomFrame | Closing | { type: "notification"; notification: Json } | { type: "pong" };

export type ClientFrame =
  | { type: "auth"; ticket: string }
  | { type: "subscribe"; project: string; epoch?: string; since?: number }
  | { type: "unsubscribe"; project: string }
  | { type: "op"; id: string; project: string; op: string; data: object }
  | ({ type: "presence"; project: string } & PresenceFields)
  | { type: "ping" };
