import type { BatchedOp, EdgePolicy, NodeView, Ops, ProjectSync } from "../sync/index.ts";
import { QueueFull, uuidv7 } from "../sync/index.ts";
import { text } from "../text/index.ts";
import { explainOnly, say, sayFailed } from "../ui/toasts.ts";
import type { Arrangement } from "./arrange.ts";
import { arranged } from "./arrange.ts";
import { markdownOf } from "./markdown.ts";
import { fromClipboard, toClipboard, type Copied } from "./clipboard.ts";
import { batches } from "../project/history.ts";
import { frameSize, isAsked, isFrame } from "../project/kinds.ts";
import { cardsOf, freePlace, placeNear } from "../project/places.ts";
import {
  answeredSize,
  boundsOf,
  boxOf,
  FRAME_HEAD,
  FRAME_PADDING,
  overlaps,
  sizeOf,
  type Area,
  type Box,
  type Size,
} from "../project/sizes.ts";
import { childNodes, litPath, pathBetween, shapeOf, unfolded } from "../project/graph.ts";
import type { CanvasStore } from "../project/ui-state.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What the page around lends a hand with. */
export interface Surroundings {
  /** Brings a place into sight, near enough to read. */
  readonly show: (place: Area) => void;
  /** How much of the screen is filled when all of the canvas is shown. */
  readonly screen: () => Size;
  /** Makes of several changes one that can be taken back. */
  readonly together: (change: () => void) => void;
  /** Has an agent do what its prompt asks of it; false where that is nothing. */
  readonly askAgent: (node: NodeView) => boolean;
}

/** The field in which a prompt is typed, with what stands below it, is so much higher than the prompt. */
const EDITOR_HEIGHT_ADDED = 110;
/** What somebody is about to type. */
const QUESTION = { prompt: "" };
const NOTE = { prompt: "", kind: "NOTE" } as const;
/** No title is longer; names of files may be. */
const TITLE_LETTERS_MAX = 200;
const CYCLE_SHOWN_MS = 6_000;
const PASTED_ASIDE = 40;

/** Everything that people do on the canvas, as changes of the project. */
export class Actions {
  readonly #project: ProjectSync;
  readonly #ui: CanvasStore;
  readonly #around: Surroundings;

  constructor(project: ProjectSync, ui: CanvasStore, around: Surroundings) {
    this.#project = project;
    this.#ui = ui;
    this.#around = around;
  }

  /** A node whose prompt can be typed at once. */
  create(position: Point, parentIds: string[] = []): void {
    this.#createAt(freePlace(round(position), this.#cards(), answeredSize(QUESTION)), parentIds);
  }

  #createAt(position: Point, parentIds: string[]): void {
    this.#try(() => {
      const { id } = this.#project.submit("node.create", {
        ...QUESTION,
        position: round(position),
        ...(parentIds.length > 0 && { parentIds }),
      });
      this.select([id]);
      this.edit(id);
    });
  }

  /** A text that asks nothing. */
  note(position: Point): void {
    const place = freePlace(round(position), this.#cards(), sizeOf(NOTE));
    this.#try(() => {
      const { id } = this.#project.submit("node.create", { ...NOTE, position: place });
      this.select([id]);
      this.edit(id);
    });
  }

  /** A card that is a file, called as it is. */
  file(position: Point, mediaId: string, name: string): void {
    const media = { prompt: "", title: name.slice(0, TITLE_LETTERS_MAX), kind: "MEDIA" } as const;
    const attachments = [{ mediaId, policy: "WHOLE" as const }];
    const place = freePlace(round(position), this.#cards(), sizeOf({ ...media, attachments }));
    this.#try(() => {
      const { id } = this.#project.submit("node.create", { ...media, attachments, position: place });
      this.select([id]);
    });
  }

  attach(id: string, mediaId: string): void {
    this.#try(() => this.#project.submit("node.attach", { id, mediaId, policy: "WHOLE" }));
  }

  /** A frame around what is selected, or an empty one. */
  frame(position: Point): void {
    const graph = this.#project.graph();
    if (graph === null) return;
    const held = [...this.#ui.getState().selection]
      .flatMap((id) => graph.nodes.get(id) ?? [])
      .filter((node) => !isFrame(node));
    const around = held.length === 0 ? null : framed(boundsOf(held.map(boxOf)));
    const { x, y, ...size } = around ?? { ...round(position), ...frameSize({}) };
    const id = uuidv7();
    this.#batch([
      { id, op: "node.create", data: { prompt: "", kind: "FRAME", position: { x, y }, ...size } },
      ...held.map((node): BatchedOp => ({ op: "node.update", data: { id: node.id, frameId: id } })),
    ]);
    this.select([id]);
  }

  resize(id: string, { x, y, width, height }: Area): void {
    const size = { width: Math.round(width), height: Math.round(height) };
    this.#try(() => this.#project.submit("node.update", { id, position: round({ x, y }), ...size }));
  }

  /** As high as it takes to read all that a card says, or, without a height, as high as other cards. */
  setHeight(id: string, height: number | null): void {
    this.#try(() => this.#project.submit("node.update", { id, height: height === null ? null : Math.round(height) }));
  }

  /** A question that follows from a node, below it. */
  branch(from: string): void {
    const [node, graph] = [this.#project.node(from), this.#project.graph()];
    if (node === undefined || graph === null) return;
    const children = childNodes(graph, from);
    this.#createAt(placeNear(graph.nodes.values(), { below: node, children }, QUESTION), [from]);
  }

  /** Nobody can work with what a fold hides. */
  select(nodes: Iterable<string>): void {
    const selection = new Set(nodes);
    const graph = this.#project.graph();
    const { collapsed } = this.#ui.getState();
    const left = graph === null ? collapsed : unfolded(shapeOf(graph), collapsed, selection);
    this.#ui.setState({ selection, selectedEdges: new Set(), collapsed: left });
  }

  selectAll(): void {
    this.#ui.setState({ selection: new Set(this.#project.graph()?.nodes.keys()), selectedEdges: new Set() });
  }

  edit(id: string | null): void {
    this.#ui.setState({ editing: id });
    const node = id === null ? undefined : this.#project.node(id);
    if (node === undefined) return;
    const box = boxOf(node);
    this.#around.show({ ...box, height: box.height + EDITOR_HEIGHT_ADDED });
  }

  /** Another node may be typed in by now. */
  stopEditing(node: string): void {
    if (this.#ui.getState().editing === node) this.edit(null);
  }

  /** An edge that would close a cycle is not asked for: the way back that is already there is shown instead. */
  connect(sourceId: string, targetId: string): void {
    const graph = this.#project.graph();
    if (graph === null || sourceId === targetId) return;
    const path = pathBetween(shapeOf(graph), targetId, sourceId);
    if (path !== null) this.showCycle(path);
    else this.#try(() => this.#project.submit("edge.create", { sourceId, targetId }));
  }

  /** Puts an edge elsewhere, with what it carries. */
  reconnect(old: string, sourceId: string, targetId: string, policy: EdgePolicy = "FULL"): void {
    const graph = this.#project.graph();
    if (graph === null) return;
    const edges = new Map(graph.edges);
    edges.delete(old);
    const path = pathBetween(shapeOf({ edges }), targetId, sourceId);
    if (path !== null) this.showCycle(path);
    else
      this.#batch([
        { op: "edge.delete", data: { id: old } },
        { op: "edge.create", data: { sourceId, targetId, policy } },
      ]);
  }

  showCycle(path: readonly string[]): void {
    const graph = this.#project.graph();
    if (graph === null) return;
    const cycle = litPath(shapeOf(graph), path);
    this.#ui.setState({ cycle });
    explainOnly(text().canvas.cycle);
    setTimeout(() => {
      if (this.#ui.getState().cycle === cycle) this.#ui.setState({ cycle: null });
    }, CYCLE_SHOWN_MS);
  }

  setPolicy(edges: Iterable<string>, policy: EdgePolicy): void {
    this.#batch([...edges].map((id) => ({ op: "edge.update", data: { id, policy } })));
  }

  remove(nodes: ReadonlySet<string>, edges: ReadonlySet<string>): void {
    const graph = this.#project.graph();
    if (graph === null) return;
    // The edges of a node go with it.
    const loose = [...edges].filter((id) => {
      const edge = graph.edges.get(id);
      return edge !== undefined && !nodes.has(edge.sourceId) && !nodes.has(edge.targetId);
    });
    const ops: BatchedOp[] = [
      ...loose.map((id): BatchedOp => ({ op: "edge.delete", data: { id } })),
      ...[...nodes].filter((id) => graph.nodes.has(id)).map((id): BatchedOp => ({ op: "node.delete", data: { id } })),
    ];
    this.#batch(ops);
    this.select([]);
    if (nodes.size > 0) say(text().canvas.removed(nodes.size));
  }

  move(positions: readonly ({ id: string } & Point)[]): void {
    if (positions.length === 0) return;
    this.#try(() =>
      this.#project.submit("node.move", { positions: positions.map((one) => ({ ...one, ...round(one) })) }),
    );
  }

  /**
   * Puts down what was dragged: on top of other cards it goes to the nearest free place, and it belongs to the frame in
   * which it lies then.
   */
  drop(positions: readonly ({ id: string } & Point)[]): void {
    const graph = this.#project.graph();
    if (graph === null) return;
    const ids = new Set(positions.map(({ id }) => id));
    const dropped = positions.flatMap((at) => {
      const node = graph.nodes.get(at.id);
      return node === undefined || isFrame(node) ? [] : [{ node, box: { ...boxOf(node), ...at } }];
    });
    const others = cardsOf(graph.nodes.values()).filter(({ id }) => !ids.has(id));
    const bounds = boundsOf(dropped.map(({ box }) => box));
    const isFrameMoved = dropped.length < positions.length;
    const covers = dropped.some(({ box }) => others.some((other) => overlaps(box, other)));
    const place = covers && !isFrameMoved ? freePlace(bounds, others, bounds) : bounds;
    const [dx, dy] = [place.x - bounds.x, place.y - bounds.y];
    const frames = [...graph.nodes.values()].filter((node) => isFrame(node) && !ids.has(node.id));
    const rehomed = dropped.flatMap(({ node, box }): BatchedOp[] => {
      const frameId = frameAround({ ...box, x: box.x + dx, y: box.y + dy }, frames);
      const isHeldByMoved = node.frameId != null && ids.has(node.frameId);
      return isHeldByMoved || frameId === (node.frameId ?? null)
        ? []
        : [{ op: "node.update", data: { id: node.id, frameId } }];
    });
    const moves = positions.map(({ id, x, y }) => ({ id, ...round({ x: x + dx, y: y + dy }) }));
    if (rehomed.length === 0) this.move(moves);
    else this.#batch([{ op: "node.move", data: { positions: moves } }, ...rehomed]);
  }

  arrange(how: Arrangement): void {
    const graph = this.#project.graph();
    if (graph === null) return;
    const nodes = [...this.#ui.getState().selection].flatMap((id) => graph.nodes.get(id) ?? []);
    this.move(arranged(nodes.map(boxOf), how));
  }

  /** Lays out what is selected, or everything. Its program comes when it is first wanted, and works away from the page. */
  async layOut(): Promise<void> {
    const { selection } = this.#ui.getState();
    const graph = this.#project.graph();
    if (graph === null) return;
    const all = [...graph.nodes.values()];
    const chosen = selection.size > 1 ? withHeld(all, selection) : all;
    try {
      const { laidOutNodes, changesTo } = await import("./layout/nodes.ts");
      const style = graph.project.layout ?? "LAYERS_DOWN";
      const boxes = await laidOutNodes(graph, chosen, style, this.#around.screen());
      const now = this.#project.graph();
      if (now === null) return;
      this.#batch(changesTo(now, boxes));
      this.#ui.setState({ showing: new Set(chosen.map(({ id }) => id)) });
    } catch (error) {
      sayFailed(error);
    }
  }

  /** What is selected, as a canvas understands it and as any other program does. */
  copied(): { readonly ours: string; readonly text: string } | null {
    const graph = this.#project.graph();
    const { selection } = this.#ui.getState();
    if (graph === null || selection.size === 0) return null;
    return { ours: toClipboard(graph, selection), text: markdownOf(graph, selection) };
  }

  /** Pastes nodes that were copied here or in another project; any other text becomes a prompt. */
  paste(written: string, at: Point): void {
    const copied = fromClipboard(written);
    if (copied !== null) this.#insert(copied, at);
    else if (written.trim() !== "") {
      this.#try(() => {
        const size = answeredSize({ prompt: written });
        const place = freePlace(round(at), this.#cards(), size);
        this.select([this.#project.submit("node.create", { prompt: written, position: place }).id]);
        this.#around.show({ ...place, ...size });
      });
    }
  }

  duplicate(): void {
    const copied = this.copied();
    const pasted = copied === null ? null : fromClipboard(copied.ours);
    const first = pasted?.nodes[0]?.position;
    if (pasted !== null && first !== undefined)
      this.#insert(pasted, { x: first.x + PASTED_ASIDE, y: first.y + PASTED_ASIDE });
  }

  generate(id: string): void {
    const node = this.#project.node(id);
    if (node === undefined || node.status === "GENERATING" || !isAsked(node)) return;
    if (node.prompt.trim() === "") {
      this.edit(id);
      say(text().canvas.promptFirst);
      return;
    }
    if (this.#around.askAgent(node)) return;
    this.#try(() => this.#project.submit("generation.start", { nodeId: id }));
  }

  /** Makes of another attempt the answer. */
  choose(nodeId: string, generation: string): void {
    this.#try(() => this.#project.submit("generation.select", { nodeId, generation }));
  }

  stop(node: string): void {
    this.#try(() => this.#project.submit("generation.cancel", { nodeId: node }));
  }

  pin(node: NodeView): void {
    this.#try(() => this.#project.submit("node.update", { id: node.id, pinned: !node.pinned }));
  }

  /** The same of several nodes, as one change. */
  change(nodes: readonly NodeView[], fields: (node: NodeView) => Pick<Ops["node.update"], "color" | "tags">): void {
    this.#batch(nodes.map((node) => ({ op: "node.update", data: { id: node.id, ...fields(node) } })));
  }

  #insert({ nodes, edges }: Copied, at: Point): void {
    const first = nodes[0];
    if (first === undefined) return;
    const bounds = boundsOf(nodes.map((node) => ({ ...node.position, ...answeredSize(node) })));
    const wanted = round({ x: at.x + bounds.x - first.position.x, y: at.y + bounds.y - first.position.y });
    const place = freePlace(wanted, this.#cards(), bounds);
    const [dx, dy] = [place.x - bounds.x, place.y - bounds.y];
    const ids = new Map(nodes.map(({ id }) => [id, uuidv7()]));
    // A frame has to be there before what it holds.
    const framesFirst = nodes.toSorted((one, other) => rankOf(one) - rankOf(other));
    const here = this.#project.graph()?.project.id;
    const made = framesFirst.map(({ id, position, frameId, attachments = [], ...fields }): BatchedOp => {
      const frame = frameId === undefined ? undefined : ids.get(frameId);
      // Another project does not have the files of this one.
      const files = fields.metadata?.copiedFrom.project === here ? attachments : [];
      const data = {
        ...fields,
        ...(files.length > 0 && { attachments: files }),
        ...(frame !== undefined && { frameId: frame }),
        position: round({ x: position.x + dx, y: position.y + dy }),
      };
      return { id: ids.get(id) ?? uuidv7(), op: "node.create", data };
    });
    const joined = edges.flatMap(({ sourceId, targetId, policy }): BatchedOp[] => {
      const [source, target] = [ids.get(sourceId), ids.get(targetId)];
      if (source === undefined || target === undefined) return [];
      return [{ id: uuidv7(), op: "edge.create", data: { sourceId: source, targetId: target, policy } }];
    });
    this.#batch([...made, ...joined]);
    this.select(ids.values());
    this.#around.show({ ...bounds, ...place });
  }

  /** What is more than a batch holds goes in several, the nodes before their edges. */
  #batch(ops: readonly BatchedOp[]): void {
    if (ops.length === 0) return;
    this.#try(() => this.#around.together(() => batches(ops).forEach((some) => this.#project.submitBatch(some))));
  }

  #try(change: () => unknown): void {
    try {
      change();
    } catch (error) {
      if (error instanceof QueueFull) explainOnly(text().canvas.queueFull);
      else throw error;
    }
  }

  #cards(): Box[] {
    return cardsOf(this.#project.graph()?.nodes.values() ?? []);
  }
}

/** The frame around what it is to hold. */
const framed = ({ x, y, width, height }: Area): Area => ({
  x: Math.round(x - FRAME_PADDING),
  y: Math.round(y - FRAME_HEAD),
  width: Math.round(width + 2 * FRAME_PADDING),
  height: Math.round(height + FRAME_HEAD + FRAME_PADDING),
});

const rankOf = ({ kind }: Copied["nodes"][number]) => (kind === "FRAME" ? 0 : 1);

/** The smallest frame in which the middle of a card lies. */
function frameAround({ x, y, width, height }: Area, frames: readonly NodeView[]): string | null {
  const point = { x: x + width / 2, y: y + height / 2, width: 0, height: 0 };
  const around = frames.map(boxOf).filter((frame) => overlaps(point, frame));
  const [smallest] = around.toSorted((one, other) => one.width * one.height - other.width * other.height);
  return smallest?.id ?? null;
}

/** With a frame goes what it holds. */
const withHeld = (nodes: readonly NodeView[], chosen: ReadonlySet<string>): NodeView[] =>
  nodes.filter(({ id, frameId }) => chosen.has(id) || (frameId != null && chosen.has(frameId)));

/** Parts of a pixel say nothing and make every number long. */
const round = ({ x, y }: Point): Point => ({ x: Math.round(x), y: Math.round(y) });
