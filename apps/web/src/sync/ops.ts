import type { BatchedOp, Op, Ops, SingleOp } from "./protocol.ts";

/** An operation under the id by which it is sent, sent again and recognised. */
export interface Named {
  readonly id: string;
  readonly op: Op;
}

const OPS_PER_BATCH_MAX = 500;

/**
 * Gives every operation its id. A node with parents becomes a batch, in which each edge has an id of
 * its own, so that it can be used before the server has answered.
 */
export function named(op: Op, newId: () => string): Named {
  const wanted = op.op === "batch" ? op.data.ops : [op];
  const ops = wanted.flatMap((single) => withoutParents(single, newId));
  const [first] = ops;
  if (first === undefined || ops.length > OPS_PER_BATCH_MAX) {
    throw new RangeError(`a batch holds 1 to ${OPS_PER_BATCH_MAX} operations, an edge from a parent being one`);
  }
  if (ops.length === 1 && op.op !== "batch")
    return { id: first.id, op: { op: first.op, data: first.data } as SingleOp };
  // The server knows a batch by the id of its first operation.
  return { id: first.id, op: { op: "batch", data: { ops } } };
}

function withoutParents(single: BatchedOp, newId: () => string): (SingleOp & { id: string })[] {
  const id = single.id ?? newId();
  if (single.op !== "node.create" || single.data.parentIds === undefined) return [{ ...single, id }];
  const { parentIds, ...data } = single.data;
  const edge = (sourceId: string) => ({ id: newId(), op: "edge.create", data: { sourceId, targetId: id } }) as const;
  return [{ id, op: "node.create", data }, ...parentIds.map(edge)];
}

function each({ id, op }: Named): (SingleOp & { id: string })[] {
  if (op.op !== "batch") return [{ ...op, id }];
  return op.data.ops.map((single) => ({ ...single, id: single.id ?? id }));
}

/**
 * What an operation is about. Two that share something must not overtake each other.
 * `endsOf` names the nodes between which an edge lies, as far as that is known.
 */
export function touches(entry: Named, endsOf: (edge: string) => readonly string[]): string[] {
  return each(entry).flatMap((single) => {
    switch (single.op) {
      case "node.create":
        return [single.id];
      case "node.move":
        return single.data.positions.map((position) => position.id);
      case "edge.create":
        return [single.id, single.data.sourceId, single.data.targetId];
      case "edge.update":
      case "edge.delete":
        return [single.data.id, ...endsOf(single.data.id)];
      case "project.update":
        return ["project"];
      case "member.add":
        return ["members"];
      case "member.update":
      case "member.remove":
        return ["members", single.data.userId];
      case "generation.start":
      case "generation.cancel":
      case "generation.select":
      case "node.followup":
        return [single.data.nodeId];
      case "generation.vote":
      case "task.start":
      case "task.cancel":
        return [];
      default:
        return [single.data.id];
    }
  });
}

function changesText(data: Ops["node.update"]): boolean {
  return data.prompt !== undefined || data.response !== undefined || data.summary !== undefined;
}

/** The version on which an operation puts the text of a node, or nothing if it does not write it. */
export function textBase(entry: Named, node: string): number | undefined {
  let base: number | undefined;
  for (const single of each(entry)) {
    if (single.op === "node.create" && single.id === node) base = 1;
    if (single.op === "node.update" && single.data.id === node && changesText(single.data)) {
      base = single.data.baseVersion ?? base;
    }
  }
  return base;
}

/** The same operation with the base of each text as `baseOf` answers; undefined leaves one as it is. */
export function withBases(op: Op, baseOf: (data: Ops["node.update"]) => number | undefined): Op {
  if (op.op === "batch") {
    const ops = op.data.ops.map((single) => ({ ...single, ...(withBases(single, baseOf) as SingleOp) }));
    return { op: "batch", data: { ops } };
  }
  if (op.op !== "node.update" || !changesText(op.data)) return op;
  const baseVersion = baseOf(op.data);
  return baseVersion === undefined ? op : { op: "node.update", data: { ...op.data, baseVersion } };
}

/** The versions that nodes whose text was written have now, read from an event or an acknowledgement. */
export function textVersions(entry: Named, data: object | undefined): Map<string, number> {
  const versions = new Map<string, number>();
  for (const happened of happenings(data)) {
    const { id, version } = happened as { id?: unknown; version?: unknown };
    if (typeof id !== "string" || typeof version !== "number") continue;
    if (textBase(entry, id) !== undefined) versions.set(id, version);
  }
  return versions;
}

/** An event's data; a batch's acknowledgement has `results`, its event `ops`. */
function happenings(data: object | undefined): object[] {
  if (data === undefined) return [];
  const { results, ops } = data as { results?: object[]; ops?: { data: object }[] };
  return results ?? ops?.map((inner) => inner.data) ?? [data];
}

/** The later of two moves of the same nodes, or nothing when they are not that. */
export function mergedMove(before: Op, after: Op): Op | undefined {
  if (before.op !== "node.move" || after.op !== "node.move") return undefined;
  const ids = new Set(before.data.positions.map((position) => position.id));
  const same = after.data.positions.length === ids.size && after.data.positions.every(({ id }) => ids.has(id));
  return same ? after : undefined;
}
