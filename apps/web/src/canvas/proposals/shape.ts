import type { Schemas } from "../../api/client.ts";
import type { Item, SetWithItems } from "../../project/changes/queries.ts";
import type { CanvasGraph, EdgePolicy } from "../../sync/index.ts";
import { sizeOf, type Box } from "../../project/sizes.ts";

/** What is decided about: a proposal of a set. */
export interface Proposal {
  readonly set: SetWithItems;
  readonly item: Item;
}

/** A node that would be made. */
export interface Ghost extends Proposal {
  readonly box: Box;
  readonly prompt: string;
  readonly response: string | null;
}

/** An edge that would be made; one that comes with a node is decided with it. */
export interface Line extends Proposal {
  readonly id: string;
  readonly sourceId: string;
  readonly targetId: string;
  readonly isOfNode: boolean;
}

/** A node that would be changed or deleted where it stands. */
export interface NodeMark extends Proposal {
  readonly node: string;
  readonly change: Schemas["UpdateNode"] | null;
}

/** A node that would stand elsewhere. */
export interface Move extends Proposal {
  readonly node: string;
  readonly x: number;
  readonly y: number;
  /** How many nodes would move with it. */
  readonly count: number;
}

/** An edge that would carry something else, or be taken away. */
export interface EdgeMark extends Proposal {
  readonly edge: string;
  readonly policy: EdgePolicy | null;
}

/** Proposals as they are drawn. What has no place on the canvas, such as a node in the trash, is in the list alone. */
export interface Drawing {
  readonly ghosts: readonly Ghost[];
  readonly lines: readonly Line[];
  readonly nodeMarks: readonly NodeMark[];
  readonly moves: readonly Move[];
  readonly edgeMarks: readonly EdgeMark[];
}

/** The buttons of a ghost, which a card has not. */
const BUTTONS_HEIGHT = 56;

/** What waits in a set. */
export function drawingOf(set: SetWithItems): Drawing {
  const all = set.items.filter(isWaiting).map((item) => drawnOf({ set, item }));
  return {
    ghosts: all.flatMap(({ ghosts }) => ghosts),
    lines: all.flatMap(({ lines }) => lines),
    nodeMarks: all.flatMap(({ nodeMarks }) => nodeMarks),
    moves: all.flatMap(({ moves }) => moves),
    edgeMarks: all.flatMap(({ edgeMarks }) => edgeMarks),
  };
}

/** Without what is there already, since an event may come before the set is read again, and what is there no more. */
export function standing(drawing: Drawing, { nodes, edges }: Pick<CanvasGraph, "nodes" | "edges">): Drawing {
  return {
    ...drawing,
    ghosts: drawing.ghosts.filter(({ box }) => !nodes.has(box.id)),
    lines: drawing.lines.filter(({ id, item }) => !edges.has(id) && !nodes.has(item.id ?? "")),
    edgeMarks: drawing.edgeMarks.filter(({ edge }) => edges.has(edge)),
  };
}

export const isWaiting = ({ state }: Pick<Item, "state">): boolean => state === "PROPOSED";

const NOTHING: Drawing = { ghosts: [], lines: [], nodeMarks: [], moves: [], edgeMarks: [] };

function drawnOf(proposal: Proposal): Drawing {
  const asked = opOf(proposal.item);
  switch (asked?.op) {
    case "node.create":
      return { ...NOTHING, ...made(proposal, asked.data) };
    case "node.update":
      return { ...NOTHING, ...changed(proposal, asked.data) };
    case "node.move":
      return { ...NOTHING, moves: moved(proposal, asked.data.positions) };
    case "node.delete":
      return { ...NOTHING, nodeMarks: [{ ...proposal, node: asked.data.id, change: null }] };
    case "edge.create": {
      const { sourceId, targetId } = asked.data;
      return { ...NOTHING, lines: [{ ...proposal, id: idOf(proposal.item), sourceId, targetId, isOfNode: false }] };
    }
    case "edge.update":
      return { ...NOTHING, edgeMarks: [{ ...proposal, edge: asked.data.id, policy: asked.data.policy }] };
    case "edge.delete":
      return { ...NOTHING, edgeMarks: [{ ...proposal, edge: asked.data.id, policy: null }] };
    default:
      return NOTHING;
  }
}

/** What was proposed is an operation whose form the server checked then. */
function opOf({ op, data }: Item): Schemas["Op"] | null {
  return data === null ? null : ({ op, data } as unknown as Schemas["Op"]);
}

const idOf = ({ id, number }: Item): string => id ?? String(number);

function made(proposal: Proposal, { prompt, response = null, position, parentIds = [] }: Schemas["CreateNode"]) {
  const id = idOf(proposal.item);
  const { width, height } = sizeOf({ prompt, response });
  const box = { id, ...position, width, height: height + BUTTONS_HEIGHT };
  const ghost: Ghost = { ...proposal, prompt, response, box };
  const lines = parentIds.map((sourceId): Line => ({
    ...proposal,
    id: `${sourceId} ${id}`,
    sourceId,
    targetId: id,
    isOfNode: true,
  }));
  return { ghosts: [ghost], lines };
}

function changed(proposal: Proposal, change: Schemas["UpdateNode"]) {
  const { id: node, position, ...rest } = change;
  const says = Object.keys(rest).some((field) => field !== "baseVersion" && field !== "whileGenerating");
  return {
    nodeMarks: says ? [{ ...proposal, node, change }] : [],
    moves: position === undefined ? [] : moved(proposal, [{ id: node, ...position }]),
  };
}

const moved = (proposal: Proposal, positions: readonly Schemas["MoveNode"][]): Move[] =>
  positions.map(({ id: node, x, y }) => ({ ...proposal, node, x, y, count: positions.length }));

/** The numbers of what has to be accepted for a proposal to be: itself, and what it needs that is not there yet. */
export function withNeeds({ set, item }: Proposal): number[] {
  const open = set.items.filter(({ state }) => state === "PROPOSED" || state === "LEFT");
  return reached(item, (one) => {
    const needs = new Set(needsOf(one));
    return open.filter(({ id }) => id !== undefined && needs.has(id));
  });
}

/** The numbers of what goes when a proposal is rejected: itself, and what could never be without it. */
export function withDependents({ set, item }: Proposal): number[] {
  const waiting = set.items.filter(isWaiting);
  return reached(item, ({ id }) => (id === undefined ? [] : waiting.filter((other) => needsOf(other).includes(id))));
}

/** The nodes and edges that a proposal is about: the server takes the same for what it needs. */
function needsOf(item: Item): readonly string[] {
  const asked = opOf(item);
  switch (asked?.op) {
    case "node.create":
      return asked.data.parentIds ?? [];
    case "edge.create":
      return [asked.data.sourceId, asked.data.targetId];
    case "node.move":
      return asked.data.positions.map(({ id }) => id);
    case "node.update":
    case "node.delete":
    case "node.restore":
    case "edge.update":
    case "edge.delete":
      return [asked.data.id];
    default:
      return [];
  }
}

function reached(first: Item, next: (item: Item) => readonly Item[]): number[] {
  const found = new Set([first]);
  // A set that grows is walked to its end.
  for (const item of found) for (const other of next(item)) found.add(other);
  return [...found].map(({ number }) => number).sort((a, b) => a - b);
}
