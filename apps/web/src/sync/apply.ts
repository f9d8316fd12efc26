import type { State } from "./graph.ts";
import type { AnswerFields, EventBody, EventView, GenerationChange, NodeStatus } from "./protocol.ts";

/**
 * Applies an event: state at n and event n+1 make state at n+1.
 * False when it does not fit, or is of a kind unknown here: then only a snapshot helps.
 */
export function applyEvent(state: State, event: EventBody, at: string): boolean {
  switch (event.op) {
    case "node.create": {
      const { edges, ...node } = event.data;
      state.nodes.set(node.id, node);
      for (const edge of edges) state.edges.set(edge.id, edge);
      return true;
    }
    case "node.restore":
      state.nodes.set(event.data.id, event.data.node);
      for (const edge of event.data.edges) state.edges.set(edge.id, edge);
      return true;
    case "node.update":
      return change(state.nodes, event.data.id, event.data);
    case "node.move":
      return event.data.positions.every(({ id, x, y, version }) =>
        change(state.nodes, id, { position: { x, y }, version, updatedAt: at }),
      );
    case "node.delete":
      remove(state, event.data.id);
      return true;
    case "edge.create":
      state.edges.set(event.data.id, event.data);
      return true;
    case "edge.update":
      return change(state.edges, event.data.id, event.data);
    case "edge.delete":
      state.edges.delete(event.data.id);
      return true;
    case "generation.start":
    case "generation.end":
    case "generation.cancel":
    case "generation.select":
      return changeByGeneration(state, event.data);
    // What they change of nodes is said beside their data.
    case "refresh.start":
    case "refresh.end":
    case "instructions.change":
    // Votes say what people think of answers, and change none.
    case "generation.vote":
    // Agents change the graph by the same events as people; of what they are about to do it holds nothing.
    case "agent.add":
    case "agent.update":
    case "agent.remove":
    case "task.start":
    case "task.update":
    case "task.step":
    case "task.cancel":
    case "task.end":
    case "schedule.create":
    case "schedule.update":
    case "schedule.delete":
      return true;
    case "batch":
      return event.data.ops.every((inner) => applyEvent(state, inner, at));
    default:
      return applyToProject(state, event, at);
  }
}

function remove(state: State, id: string): void {
  const node = state.nodes.get(id);
  const edges = state.edges.at(id);
  if (node !== undefined) state.trash.bury(node, edges);
  for (const edge of edges) state.edges.delete(edge.id);
  state.nodes.delete(id);
}

/** Whether an event gives a user another role, and so perhaps other rights. */
export function changesRole(event: EventBody, user: string): boolean {
  switch (event.op) {
    case "member.update":
      return event.data.userId === user;
    case "project.update":
      return event.data.ownerId !== undefined;
    case "batch":
      return event.data.ops.some((inner) => changesRole(inner, user));
    default:
      return false;
  }
}

/** Which answers an event made stale or fresh, after what it changed itself. Versions stay. */
export function applyStaleness(state: State, { stale = [], fresh = [] }: Pick<EventView, "stale" | "fresh">): void {
  const mark = (ids: readonly string[], status: NodeStatus) => {
    // A node that is not there is in the trash, which is not followed.
    for (const id of ids) change(state.nodes, id, { status });
  };
  mark(stale, "STALE");
  mark(fresh, "COMPLETED");
}

type ProjectEvent = Extract<
  EventBody,
  { op: `project.${string}` | `member.${string}` | `invitation.${string}` | `changeset.${string}` | `media.${string}` }
>;

function applyToProject(state: State, event: ProjectEvent, at: string): boolean {
  const { project } = state;
  switch (event.op) {
    case "project.update":
      state.project = { ...project, ...event.data, updatedAt: at };
      return true;
    case "project.delete":
      state.project = { ...project, version: project.version + 1, deletedAt: at };
      return true;
    case "project.restore":
      state.project = { ...project, version: project.version + 1, deletedAt: null };
      return true;
    // What readers may not see of members comes without its fields.
    case "member.add": {
      const { userId, role, name, avatar } = event.data;
      if (userId !== undefined && role !== undefined) {
        state.members.set(userId, { userId, role, name: name ?? "", avatar: avatar ?? null });
      }
      return true;
    }
    case "member.update": {
      const { userId, role } = event.data;
      return userId === undefined || role === undefined || change(state.members, userId, { role });
    }
    case "member.remove":
      if (event.data.userId !== undefined) state.members.delete(event.data.userId);
      return true;
    case "project.create":
    case "invitation.create":
    case "invitation.revoke":
    // What belongs together is read over REST; the edits themselves are events of their own.
    // Files are read over REST; what of them stands at nodes, the nodes say.
    case "media.add":
    case "media.update":
    case "media.remove":
    case "changeset.open":
    case "changeset.propose":
    case "changeset.accept":
    case "changeset.reject":
    case "changeset.revert":
      return true;
    default:
      return isKnown(event);
  }
}

/** Events arrive as JSON, so a kind may turn up that the types rule out. */
function isKnown(_: never): boolean {
  return false;
}

const ANSWER_FIELDS = [
  "response",
  "summary",
  "llmModel",
  "llmTokens",
  "llmCost",
  "generationId",
  "isPartial",
  "updatedAt",
] as const satisfies (keyof AnswerFields)[];

/** What is about the attempt alone does not land on the node. */
function changeByGeneration(state: State, data: GenerationChange): boolean {
  const { nodeId, nodeStatus: status, version } = data;
  const changed = ANSWER_FIELDS.filter((field) => data[field] !== undefined);
  const fields: Partial<AnswerFields> = Object.fromEntries(changed.map((field) => [field, data[field]]));
  return change(state.nodes, nodeId, { ...fields, status, version });
}

interface Changeable<T> {
  get(id: string): T | undefined;
  set(id: string, value: T): void;
}

function change<T extends object>(table: Changeable<T>, id: string, fields: Partial<T>): boolean {
  const before = table.get(id);
  if (before === undefined) return false;
  table.set(id, { ...before, ...fields });
  return true;
}
