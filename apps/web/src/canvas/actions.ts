import type { BatchedOp, CanvasGraph, EdgePolicy, NodeView, ProjectSync } from "../sync/index.ts";
import { QueueFull, uuidv7 } from "../sync/index.ts";
import { text } from "../text/index.ts";
import { explainOnly, say, sayFailed } from "../ui/toasts.ts";
import type { Arrangement } from "./arrange.ts";
import { arranged } from "./arrange.ts";
import { fromClipboard, toClipboard, type Copied } from "./clipboard.ts";
import { batches } from "../project/history.ts";
import { boundsOf, CARD_HEIGHT, CARD_WIDTH, expectedHeight, freePlace, GAP, type Box } from "../project/places.ts";
import { frameSize, isAsked, isFrame } from "../project/kinds.ts";
import { litPath, pathBetween, shapeOf, unfolded } from "../project/graph.ts";
import type { CanvasStore } from "../project/ui-state.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** What the page around lends a hand with. */
export interface Surroundings {
  /** How large a card is drawn, as far as that is known. */
  readonly sizeOf: (node: string) => { readonly width: number; readonly height: number } | undefined;
  /** Brings a place into sight. */
  readonly show: (place: Omit<Box, "id">) => void;
  /** Makes of several changes one that can be taken back. */
  readonly together: (change: () => void) => void;
  /** Has an agent do what its prompt asks of it; false where that is nothing. */
  readonly askAgent: (node: NodeView) => boolean;
}

/** A new card with the field in which its prompt is typed. */
const EDITOR_HEIGHT = 200;
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
    const place = freePlace(round(position), this.#boxes());
    this.#try(() => {
      const { id } = this.#project.submit("node.create", {
        prompt: "",
        position: place,
        ...(parentIds.length > 0 && { parentIds }),
      });
      this.select([id]);
      this.edit(id);
      this.#around.show({ ...place, width: CARD_WIDTH, height: EDITOR_HEIGHT });
    });
  }

  /** A text that asks nothing. */
  note(position: Point): void {
    const place = freePlace(round(position), this.#boxes());
    this.#try(() => {
      const { id } = this.#project.submit("node.create", { prompt: "", kind: "NOTE", position: place });
      this.select([id]);
      this.edit(id);
    });
  }

  /** A frame around what is selected, or an empty one. */
  frame(position: Point): void {
    const graph = this.#project.graph();
    if (graph === null) return;
    const held = [...this.#ui.getState().selection]
      .flatMap((id) => graph.nodes.get(id) ?? [])
      .filter((node) => !isFrame(node));
    const around = held.length === 0 ? null : boundsAround(held.flatMap(({ id }) => this.#box(id, graph) ?? []));
    const { x, y, ...size } = around ?? { ...round(position), ...frameSize({}) };
    const id = uuidv7();
    this.#batch([
      { id, op: "node.create", data: { prompt: "", kind: "FRAME", position: { x, y }, ...size } },
      ...held.map((node): BatchedOp => ({ op: "node.update", data: { id: node.id, frameId: id } })),
    ]);
    this.select([id]);
  }

  resize(id: string, { x, y, width, height }: Omit<Box, "id">): void {
    const size = { width: Math.round(width), height: Math.round(height) };
    this.#try(() => this.#project.submit("node.update", { id, position: round({ x, y }), ...size }));
  }

  /** A question that follows from a node, below it. */
  branch(from: string): void {
    const node = this.#project.node(from);
    if (node === undefined) return;
    const height = this.#around.sizeOf(from)?.height ?? CARD_HEIGHT;
    this.create({ x: node.position.x, y: node.position.y + height + GAP }, [from]);
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

  edit(node: string | null): void {
    this.#ui.setState({ editing: node });
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

  arrange(how: Arrangement): void {
    const graph = this.#project.graph();
    if (graph === null) return;
    const boxes = [...this.#ui.getState().selection].flatMap((id) => this.#box(id, graph) ?? []);
    this.move(arranged(boxes, how));
  }

  /** Lays out what is selected, or everything; the layout's program comes when it is first wanted. */
  async layOut(): Promise<void> {
    const graph = this.#project.graph();
    if (graph === null) return;
    const { selection } = this.#ui.getState();
    const cards = [...graph.nodes.values()].filter((node) => !isFrame(node)).map(({ id }) => id);
    const chosen = new Set(selection.size > 1 ? cards.filter((id) => selection.has(id)) : cards);
    const boxes = [...chosen].flatMap((id) => this.#box(id, graph) ?? []);
    try {
      const { laidOut } = await import("./layout.ts");
      this.move(laidOut(boxes, [...graph.edges.values()]));
    } catch (error) {
      sayFailed(error);
    }
  }

  copied(): string | null {
    const graph = this.#project.graph();
    const { selection } = this.#ui.getState();
    return graph === null || selection.size === 0 ? null : toClipboard(graph, selection);
  }

  /** Pastes nodes that were copied here or in another project; any other text becomes a prompt. */
  paste(written: string, at: Point): void {
    const copied = fromClipboard(written);
    if (copied !== null) this.#insert(copied, at);
    else if (written.trim() !== "") {
      this.#try(() => {
        const place = freePlace(round(at), this.#boxes());
        this.select([this.#project.submit("node.create", { prompt: written, position: place }).id]);
        this.#around.show({ ...place, width: CARD_WIDTH, height: CARD_HEIGHT });
      });
    }
  }

  duplicate(): void {
    const copied = this.copied();
    const pasted = copied === null ? null : fromClipboard(copied);
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

  stop(node: string): void {
    this.#try(() => this.#project.submit("generation.cancel", { nodeId: node }));
  }

  pin(node: NodeView): void {
    this.#try(() => this.#project.submit("node.update", { id: node.id, pinned: !node.pinned }));
  }

  #insert({ nodes, edges }: Copied, at: Point): void {
    const first = nodes[0];
    if (first === undefined) return;
    const bounds = boundsOf(nodes);
    const wanted = round({ x: at.x + bounds.x - first.position.x, y: at.y + bounds.y - first.position.y });
    const place = freePlace(wanted, this.#boxes(), bounds);
    const [dx, dy] = [place.x - bounds.x, place.y - bounds.y];
    const ids = new Map(nodes.map(({ id }) => [id, uuidv7()]));
    // A frame has to be there before what it holds.
    const framesFirst = nodes.toSorted((one, other) => rankOf(one) - rankOf(other));
    const made = framesFirst.map(({ id, position, frameId, ...fields }): BatchedOp => {
      const frame = frameId === undefined ? undefined : ids.get(frameId);
      const data = {
        ...fields,
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

  #boxes(): Box[] {
    const graph = this.#project.graph();
    if (graph === null) return [];
    // A frame is in nobody's way.
    const cards = [...graph.nodes.values()].filter((node) => !isFrame(node));
    return cards.flatMap(({ id }) => this.#box(id, graph) ?? []);
  }

  #box(id: string, graph: CanvasGraph): Box | undefined {
    const node = graph.nodes.get(id);
    if (node === undefined) return undefined;
    const { width, height } = this.#around.sizeOf(id) ?? { width: CARD_WIDTH, height: expectedHeight(node) };
    return { id, ...node.position, width, height };
  }
}

const FRAME_PADDING = 40;
/** Where the name of a frame stands. */
const FRAME_HEAD = 56;

function boundsAround(boxes: readonly Box[]): Omit<Box, "id"> {
  const [left, top] = [Math.min(...boxes.map(({ x }) => x)), Math.min(...boxes.map(({ y }) => y))];
  const right = Math.max(...boxes.map(({ x, width }) => x + width));
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
  return {
    x: Math.round(left - FRAME_PADDING),
    y: Math.round(top - FRAME_HEAD),
    width: Math.round(right - left + 2 * FRAME_PADDING),
    height: Math.round(bottom - top + FRAME_HEAD + FRAME_PADDING),
  };
}

const rankOf = ({ kind }: Copied["nodes"][number]) => (kind === "FRAME" ? 0 : 1);

/** Parts of a pixel say nothing and make every number long. */
const round = ({ x, y }: Point): Point => ({ x: Math.round(x), y: Math.round(y) });
