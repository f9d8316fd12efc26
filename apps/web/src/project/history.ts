import type {
  BatchedOp,
  CanvasGraph,
  EdgeView,
  NodeSettings,
  NodeView,
  Op,
  Ops,
  ProjectSync,
  SingleOp,
} from "../sync/index.ts";
import { asAsked } from "./files/asked.ts";

/** How many of one's own changes can be taken back. */
const STEPS_MAX = 200;
/** Changes of one text that follow each other within this time are one step. */
const TYPING_MS = 2_000;

/** What is more than this goes to the server in several pieces. */
const OPS_PER_BATCH_MAX = 500;

export function batches(ops: readonly BatchedOp[]): BatchedOp[][] {
  return Array.from({ length: Math.ceil(ops.length / OPS_PER_BATCH_MAX) }, (_, at) =>
    ops.slice(at * OPS_PER_BATCH_MAX, (at + 1) * OPS_PER_BATCH_MAX),
  );
}

/** The operation that takes a change back, in the graph as it is by then; null when it is no longer ours to take back. */
type TakeBack = (now: CanvasGraph) => BatchedOp | null;

interface Step {
  /** The operations that this takes back, and how, the last one first. */
  readonly parts: readonly Part[];
  readonly typed: Typed | null;
  readonly at: number;
  /** What changed on this page alone, such as what is folded away. */
  readonly here?: Here;
}

interface Here {
  readonly undo: () => void;
  readonly redo: () => void;
}

interface Part {
  readonly of: string;
  readonly takeBacks: readonly TakeBack[];
}

/** A change of one text of one node. */
interface Typed {
  readonly node: string;
  readonly field: Text;
  readonly before: string | null;
  readonly after: string | null;
  /** The attempt whose answer stood there before. */
  readonly attempt: string | null;
}

type Text = "prompt" | "response" | "summary";
const TEXTS: readonly string[] = ["prompt", "response", "summary"] satisfies Text[];

export type Undone = "done" | "nothing" | "changed-since";

type Submits = Pick<ProjectSync, "submitBatch" | "graph" | "onSubmit" | "onRefused">;

/**
 * Takes back and repeats what this page did, and nothing that others did. It listens to what is submitted, so
 * that every way of changing something can be undone; undoing submits as well, and is undone the same way.
 */
export class History {
  readonly #project: Submits;
  readonly #stop: readonly (() => void)[];
  #done: readonly Step[] = [];
  #undone: readonly Step[] = [];
  #mode: "doing" | "undoing" | "redoing" = "doing";
  /** What belongs to one step so far; null when every operation is a step of its own. */
  #gathered: Part[] | null = null;

  constructor(project: Submits) {
    this.#project = project;
    this.#stop = [
      project.onSubmit(({ id, op, before }) => {
        if (before !== null) this.#record(id, op, before);
      }),
      // What the server refused did not happen.
      project.onRefused(({ id }) => {
        this.#done = without(this.#done, id);
        this.#undone = without(this.#undone, id);
      }),
    ];
  }

  /** Nodes that the server made on our wish, and not by an operation of this page. */
  made(nodes: readonly string[]): void {
    this.#add({ parts: [{ of: nodes.join(), takeBacks: nodes.map(deleting) }], typed: null, at: performance.now() });
  }

  /** What changed for nobody but whoever looks at this page. */
  shown(here: Here): void {
    this.#add({ parts: [], typed: null, at: performance.now(), here });
  }

  undo(): Undone {
    const step = this.#done.at(-1);
    this.#done = this.#done.slice(0, -1);
    return this.#perform(step, "undoing");
  }

  redo(): Undone {
    const step = this.#undone.at(-1);
    this.#undone = this.#undone.slice(0, -1);
    return this.#perform(step, "redoing");
  }

  /** Makes one step of all that is submitted meanwhile. */
  readonly together = (change: () => void): void => {
    const gathered: Part[] = [];
    this.#gathered = gathered;
    try {
      change();
    } finally {
      this.#gathered = null;
      if (gathered.length > 0) this.#add({ parts: gathered, typed: null, at: performance.now() });
    }
  };

  /** Whether what is submitted now takes something back, or does it again. */
  isTakingBack(): boolean {
    return this.#mode !== "doing";
  }

  /** What follows from a change of this page is taken back with it, and not at all where that cannot be. */
  along(of: string, change: () => void): void {
    const gathered: Part[] = [];
    this.#gathered = gathered;
    try {
      change();
    } finally {
      this.#gathered = null;
      this.#done = this.#done.map((step) =>
        step.parts.some((part) => part.of === of) ? { ...step, parts: [...gathered, ...step.parts] } : step,
      );
    }
  }

  close(): void {
    for (const stop of this.#stop) stop();
  }

  #perform(step: Step | undefined, mode: "undoing" | "redoing"): Undone {
    const now = this.#project.graph();
    if (step === undefined || now === null) return "nothing";
    if (step.here !== undefined) {
      step.here[mode === "undoing" ? "undo" : "redo"]();
      if (mode === "undoing") this.#undone = [...this.#undone, step];
      else this.#done = [...this.#done, step];
      return "done";
    }
    const ops = step.parts.flatMap(({ takeBacks }) => takeBacks.map((takeBack) => takeBack(now)));
    if (!ops.every((op) => op !== null)) return "changed-since";
    this.#mode = mode;
    try {
      if (ops.length <= OPS_PER_BATCH_MAX) this.#project.submitBatch(ops);
      else this.together(() => batches(ops).forEach((some) => this.#project.submitBatch(some)));
    } finally {
      this.#mode = "doing";
    }
    return "done";
  }

  #record(of: string, op: Op, before: CanvasGraph): void {
    const takeBacks = inverse(op, of, before);
    if (takeBacks.length === 0) return;
    if (this.#gathered === null)
      this.#add({ parts: [{ of, takeBacks }], typed: typed(op, before), at: performance.now() });
    else this.#gathered.unshift({ of, takeBacks });
  }

  #add(step: Step): void {
    if (this.#mode === "undoing") {
      this.#undone = [...this.#undone, step];
      return;
    }
    if (this.#mode === "doing") this.#undone = [];
    this.#done = this.#mode === "doing" ? added(this.#done, step) : [...this.#done, step];
  }
}

/** Typing in one text is one step, which leads back to what stood there before. */
function added(steps: readonly Step[], step: Step): readonly Step[] {
  const last = steps.at(-1);
  const [first, more] = [last?.typed, step.typed];
  if (
    last === undefined ||
    first == null ||
    more === null ||
    !continues(first, more) ||
    step.at - last.at > TYPING_MS
  ) {
    return [...steps, step].slice(-STEPS_MAX);
  }
  const whole = { ...more, before: first.before, attempt: first.attempt };
  const parts = step.parts.map(({ of }) => ({ of, takeBacks: [untype(whole)] }));
  return [...steps.slice(0, -1), { ...step, typed: whole, parts }];
}

function without(steps: readonly Step[], refused: string): readonly Step[] {
  return steps
    .map((step) => ({ ...step, parts: step.parts.filter(({ of }) => of !== refused) }))
    .filter(({ parts, here }) => parts.length > 0 || here !== undefined);
}

const continues = (first: Typed, more: Typed) =>
  first.node === more.node && first.field === more.field && first.after === more.before;

function singles(op: Op): readonly (SingleOp & { id?: string })[] {
  return op.op === "batch" ? op.data.ops : [op];
}

function typed(op: Op, before: CanvasGraph): Typed | null {
  const [only, another] = singles(op);
  return only?.op === "node.update" && another === undefined ? typedIn(only.data, before) : null;
}

function typedIn(data: Ops["node.update"], before: CanvasGraph): Typed | null {
  const [entry, second] = Object.entries(changed(data));
  if (entry === undefined || second !== undefined || !TEXTS.includes(entry[0])) return null;
  const [field, after] = entry as [Text, string | null];
  const node = before.nodes.get(data.id);
  const attempt = field === "response" ? (node?.generationId ?? null) : null;
  return { node: data.id, field, before: node?.[field] ?? null, after, attempt };
}

/** What a model answered comes back as its attempt, and not as something that a person wrote. */
function untype({ node, field, before, after, attempt }: Typed): TakeBack {
  const op = attempt === null ? updateOf(node, { [field]: before }) : selectOf(node, attempt);
  return ifOurs(node, { [field]: after }, op);
}

const updateOf = (id: string, to: object): BatchedOp => ({ op: "node.update", data: { id, ...to } });
const selectOf = (nodeId: string, generation: string): BatchedOp => ({
  op: "generation.select",
  data: { nodeId, generation },
});

/** What takes an operation back, in its order; nothing where that cannot be done or means nothing. */
function inverse(op: Op, id: string, before: CanvasGraph): readonly TakeBack[] {
  return singles(op)
    .map((single) => inverseOf(single, single.id ?? id, before))
    .filter((takeBack) => takeBack !== null)
    .reverse();
}

function inverseOf(op: SingleOp, id: string, before: CanvasGraph): TakeBack | null {
  switch (op.op) {
    case "node.create":
      return deleting(id);
    case "node.restore":
      return deleting(op.data.id);
    case "node.delete":
      return () => ({ op: "node.restore", data: { id: op.data.id } });
    case "node.update":
      return formerly(op.data, before);
    case "node.move":
      return moving(op.data, before);
    case "node.attach":
    case "node.detach":
      return withFilesOf(op.data.id, before);
    case "edge.create": {
      // The edges of a node that is made with them go with it.
      const ends = [op.data.sourceId, op.data.targetId];
      return ends.every((end) => before.nodes.has(end)) ? disconnecting(op.data) : null;
    }
    case "edge.update":
      return policing(before.edges.get(op.data.id));
    case "edge.delete":
      return connecting(before.edges.get(op.data.id));
    case "generation.select": {
      const node = before.nodes.get(op.data.nodeId);
      if (node === undefined) return null;
      const { id, generationId, response } = node;
      return () => (generationId === null ? updateOf(id, { response }) : selectOf(id, generationId));
    }
    // Money that was spent, people who were told, and settings of the whole project are not taken back by a key.
    case "generation.start":
    case "generation.cancel":
    case "generation.vote":
    case "node.followup":
    case "member.add":
    case "member.update":
    case "member.remove":
    case "project.update":
    case "task.start":
    case "task.cancel":
      return null;
  }
}

function deleting(id: string): TakeBack {
  return (now) => (now.nodes.has(id) ? { op: "node.delete", data: { id } } : null);
}

/** The files of a node as they were; what others attached since is theirs. */
function withFilesOf(id: string, before: CanvasGraph): TakeBack | null {
  const files = before.nodes.get(id)?.attachments ?? [];
  return (now) => (now.nodes.has(id) ? updateOf(id, { attachments: files.map(asAsked) }) : null);
}

function moving(data: Ops["node.move"], before: CanvasGraph): TakeBack | null {
  const were = data.positions.flatMap(({ id }) => {
    const position = before.nodes.get(id)?.position;
    return position === undefined ? [] : [{ id, ...position }];
  });
  return (now) => {
    const positions = were.filter(({ id }) => now.nodes.has(id));
    return positions.length === 0 ? null : { op: "node.move", data: { positions } };
  };
}

function formerly(data: Ops["node.update"], before: CanvasGraph): TakeBack | null {
  const node = before.nodes.get(data.id);
  if (node === undefined) return null;
  const text = typedIn(data, before);
  if (text !== null) return untype(text);
  const after = changed(data);
  const old = Object.fromEntries(
    Object.keys(after).map((name) => [name, formerField(node, name as keyof NodeView, data)]),
  );
  return ifOurs(data.id, after, updateOf(data.id, old));
}

/** What is not said is left out of a node, and named in what takes a change back. */
function formerField(node: NodeView, name: keyof NodeView, { settings }: Ops["node.update"]): unknown {
  switch (name) {
    case "settings":
      return Object.fromEntries(
        Object.keys(settings ?? node.settings ?? {}).map((each) => [
          each,
          node.settings?.[each as keyof NodeSettings] ?? null,
        ]),
      );
    case "role":
      return node.role ?? "USER";
    case "tags":
      return node.tags ?? [];
    case "attachments":
      return (node.attachments ?? []).map(asAsked);
    default:
      return node[name] ?? null;
  }
}

/** What an update changes, without how. */
function changed({ id: _id, baseVersion: _base, whileGenerating: _while, ...fields }: Ops["node.update"]): object {
  return fields;
}

/** A text that somebody else has changed since is theirs. */
function ifOurs(id: string, after: object, op: BatchedOp): TakeBack {
  return (now) => {
    const node = now.nodes.get(id);
    const isOurs =
      node !== undefined &&
      Object.entries(after).every(([name, value]) => !TEXTS.includes(name) || node[name as Text] === value);
    return isOurs ? op : null;
  };
}

type Ends = Pick<EdgeView, "sourceId" | "targetId">;

/** An edge that is made again has another id, so edges are found by their ends: there is one between two nodes at most. */
function between({ sourceId, targetId }: Ends, { edges }: CanvasGraph): EdgeView | undefined {
  return [...edges.values()].find((edge) => edge.sourceId === sourceId && edge.targetId === targetId);
}

function disconnecting(ends: Ends): TakeBack {
  return (now) => {
    const id = between(ends, now)?.id;
    return id === undefined ? null : { op: "edge.delete", data: { id } };
  };
}

function connecting(edge: EdgeView | undefined): TakeBack | null {
  if (edge === undefined) return null;
  const { sourceId, targetId, policy } = edge;
  return () => ({ op: "edge.create", data: { sourceId, targetId, policy } });
}

function policing(edge: EdgeView | undefined): TakeBack | null {
  if (edge === undefined) return null;
  return (now) => {
    const id = between(edge, now)?.id;
    return id === undefined ? null : { op: "edge.update", data: { id, policy: edge.policy } };
  };
}
