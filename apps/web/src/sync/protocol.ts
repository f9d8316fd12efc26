/** The JSON of the socket. Its types are made from `docs/asyncapi.json`; here they get the names they have in this library. */
import type { components } from "../../generated/frames.ts";

type Made = components["schemas"];

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export type Position = Made["Position"];
export type Viewport = Made["Viewport"];
export type Role = Made["Role"];
export type NodeStatus = Made["NodeStatus"];
export type EdgePolicy = Made["EdgePolicy"];
export type Metadata = Made["Metadata"];
export type NodeView = Made["NodeView"];
export type NodeKind = Made["NodeKind"];
export type NodeSettings = Made["NodeSettings"];
export type EdgeView = Made["EdgeView"];
/** What the reader may do in a project, in the words of `x-authz` in the API document. */
export type Rights = readonly string[];
/** A server of an earlier version says nothing of rights: then nothing is allowed. */
export type ProjectView = Omit<Made["ProjectView"], "rights"> & { readonly rights?: Rights };
export type MemberView = Made["GraphMember"];
export type GraphView = Omit<Made["GraphView"], "project"> & { readonly project: ProjectView };

/** Null leaves most fields as they are, which is better said by leaving them out; these it empties. */
interface Emptied {
  "node.update": "response" | "summary" | "metadata" | "title" | "width" | "height" | "color" | "settings" | "frameId";
  "project.update": "description" | "viewport" | "presetId" | "model";
}
type Given<T, E> = { [K in keyof T]: K extends E ? T[K] : Exclude<T[K], null> };
type Asked = Made["Op"];

/** What a client may ask for: each operation with its data. A change of text is made to the version it is based on; the library fills that in. */
export type Ops = {
  [K in Asked["op"]]: Given<Extract<Asked, { op: K }>["data"], K extends keyof Emptied ? Emptied[K] : never>;
};

/** One operation, outside a batch or in it. */
export type SingleOp = { [K in keyof Ops]: { op: K; data: Ops[K] } }[keyof Ops];
export type BatchedOp = SingleOp & { id?: string };
export type Op = SingleOp | { op: "batch"; data: { ops: BatchedOp[] } };

/** What happened. */
export type EventBody = Made["Event"];
/** The same with its number. Events of kinds this library does not know come too. */
export type EventView = Omit<Made["EventView"], "op" | "data"> & { readonly op: string; readonly data: object };

export type GenerationEvent = Extract<EventBody["op"], `generation.${string}`>;
export type RunState = Made["RunState"];
export type AnswerFields = Pick<
  NodeView,
  "response" | "summary" | "llmModel" | "llmTokens" | "llmCost" | "generationId" | "isPartial" | "updatedAt"
>;
/** How a generation stands, and the fields of its node that changed. */
export type GenerationChange = Made["GenerationChanged"];
/** Why a generation failed: a stable word, and the way out. */
export type RunError = Made["RunError"];
/** What an answer was made with; left out for those who may not see costs. */
export type Recipe = Made["Recipe"];

export type PresenceFields = Omit<Made["client.presence"], "type" | "project">;
export type PeerFrame = Made["Peer"];
export type GenerationText = Made["GenerationSoFar"];
export type Limits = Made["Limits"];
export type FieldError = Made["FieldError"];

export type Ready = Made["server.ready"];
/** What servers of a later version answer with has to be as welcome as what is known now: kinds and codes stay open. */
export type Ack = Omit<Made["server.ack"], "data"> & { readonly data?: object };
export type Nack = Omit<Made["server.nack"], "code"> & { readonly code: string };
export type Snapshot = Omit<Made["server.snapshot"], "graph"> & { readonly graph: GraphView };
export type Tail = Omit<Made["server.tail"], "events" | "rights"> & {
  readonly events: readonly EventView[];
  readonly rights?: Rights;
};
export type EventsFrame = Omit<Made["server.events"], "events"> & { readonly events: readonly EventView[] };
export type PresenceFrame = Made["server.presence"];
export type Delta = Made["server.delta"];
export type Closing = Made["server.closing"];
export type NotificationFrame = Made["server.notification"];
export type UnreadFrame = Made["server.notifications.count"];

/** What the server says about one project. */
export type RoomFrame = Snapshot | Tail | Made["server.unsubscribed"] | EventsFrame | PresenceFrame | Delta;

export type ServerFrame =
  Ready | Ack | Nack | RoomFrame | Closing | NotificationFrame | UnreadFrame | Made["server.pong"];

/** An operation that was kept by an earlier version of the program may be one that is not known now. */
type OpFrame = Omit<Made["client.op"], "op" | "data"> & { readonly op: string; readonly data: object };

export type ClientFrame =
  | Made["client.auth"]
  | Made["client.subscribe"]
  | Made["client.unsubscribe"]
  | OpFrame
  | Made["client.presence"]
  | Made["client.ping"];
