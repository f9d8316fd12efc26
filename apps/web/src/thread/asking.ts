import { createContext, use, useMemo } from "react";

import { useAskAgent, useFindMentioned } from "../project/agents/asking.ts";
import { useExplaining } from "../project/explained.ts";
import { childNodes } from "../project/graph.ts";
import { placeNear } from "../project/places.ts";
import { useProject } from "../project/project.ts";
import { useCanvasStore, type CanvasStore, type Quote, type Unsent } from "../project/ui-state.ts";
import { QueueFull, uuidv7, type BatchedOp, type NodeView, type ProjectSync, type Submitted } from "../sync/index.ts";
import { text } from "../text/index.ts";
import { refusalWords } from "../ui/refusal-words.ts";
import { explainOnly } from "../ui/toasts.ts";
import { firstWordingOf } from "./path.ts";
import { quoted } from "./quoted.ts";

interface Surroundings {
  /** Has an agent do what the question asks of it; false where that is nothing. */
  readonly askAgent: (node: Pick<NodeView, "id" | "prompt">) => boolean;
  readonly isForAgent: (prompt: string) => boolean;
  /** Says of an operation that its refusal is told here. */
  readonly explain: (id: string) => void;
}

/** Everything that is asked in a conversation, as changes of the project. */
export class Asking {
  readonly #project: ProjectSync;
  readonly #ui: CanvasStore;
  readonly #around: Surroundings;

  constructor(project: ProjectSync, ui: CanvasStore, around: Surroundings) {
    this.#project = project;
    this.#ui = ui;
    this.#around = around;
  }

  /**
   * Asks what follows a message, or begins a conversation; or keeps it as a note, which nobody answers and which is known to all
   * that follows. What the server refuses stands in the field again.
   */
  follow(parent: string, { text: typed, quote, files = [] }: Unsent, kind: "PROMPT" | "NOTE" = "PROMPT"): void {
    const before = this.#project.node(parent);
    const { presetId } = this.#ui.getState();
    const prompt = quote === null ? typed.trim() : `${quoted(quote.text)}\n\n${typed.trim()}`;
    const id = uuidv7();
    const create: BatchedOp = {
      id,
      op: "node.create",
      data: {
        prompt,
        position: this.#place(
          before === undefined ? null : { below: before, children: this.#childrenOf(before.id) },
          prompt,
        ),
        ...(before !== undefined && { parentIds: [before.id] }),
        ...(kind === "NOTE" ? { kind } : presetId !== "" && { settings: { presetId } }),
        ...(quote !== null && { metadata: { quote } }),
        ...(files.length > 0 && { attachments: files.map(({ mediaId }) => ({ mediaId, policy: "WHOLE" as const })) }),
      },
    };
    const submitted =
      kind === "NOTE" ? this.#try(() => this.#project.submitBatch([create])) : this.#ask({ id, prompt }, [create]);
    if (submitted === null) return;
    this.keep(parent, null);
    this.#show(id, before?.id);
    this.#ui.setState({ replyTo: null });
    this.#around.explain(submitted.id);
    void submitted.settled.then((outcome) => {
      if (outcome.ok) return;
      this.keep(parent, { text: typed, quote, files });
      explainOnly(refusalWords(outcome.refusal));
    });
  }

  /** Asks a question in other words, beside the one that was asked: with what led to it, and nothing that followed it. */
  rewrite(node: NodeView, prompt: string, parent: string | undefined): void {
    const graph = this.#project.graph();
    if (graph === null) return;
    const id = uuidv7();
    const create: BatchedOp = {
      id,
      op: "node.create",
      data: {
        prompt,
        position: this.#place({ beside: node }, prompt),
        metadata: { ...node.metadata, editOf: firstWordingOf(node) },
        ...(node.settings != null && { settings: node.settings }),
      },
    };
    const edges = [...graph.edges.values()]
      .filter(({ targetId }) => targetId === node.id)
      .map(({ sourceId, policy }): BatchedOp => ({
        id: uuidv7(),
        op: "edge.create",
        data: { sourceId, targetId: id, policy },
      }));
    if (this.#ask({ id, prompt }, [create, ...edges]) !== null) this.#show(id, parent);
  }

  /** Tries once more, or asks for the first time. */
  again(node: NodeView, model?: string): void {
    // Who asks again what is answered wants another answer; what is out of date may find the same one.
    const force = node.response !== null && (node.status !== "STALE" || model !== undefined);
    const asked = model ?? this.#ui.getState().model;
    if (model === undefined && this.#around.askAgent(node)) return;
    this.#try(() =>
      this.#project.submit("generation.start", {
        nodeId: node.id,
        ...(asked !== "" && { model: asked }),
        ...(force && { force }),
      }),
    );
  }

  stop(nodeId: string): void {
    this.#try(() => this.#project.submit("generation.cancel", { nodeId }));
  }

  pin({ id, pinned }: NodeView): void {
    this.#try(() => this.#project.submit("node.update", { id, pinned: !pinned }));
  }

  /** What an edge does not let through enters no context below it, and neither does what is above. */
  exclude(edge: { readonly id: string; readonly policy: string }): void {
    const policy = edge.policy === "EXCLUDE" ? "FULL" : "EXCLUDE";
    this.#try(() => this.#project.submit("edge.update", { id: edge.id, policy }));
  }

  select(nodeId: string, generation: string): void {
    this.#try(() => this.#project.submit("generation.select", { nodeId, generation }));
  }

  /** Keeps what was typed and not asked. */
  keep(after: string, typed: Unsent | null): void {
    this.#ui.setState(({ unsent }) => {
      const kept = new Map(unsent);
      if (typed === null || (typed.text === "" && typed.quote === null && (typed.files ?? []).length === 0))
        kept.delete(after);
      else kept.set(after, typed);
      return { unsent: kept };
    });
  }

  /** Begins a question about words of an answer, in a branch of its own. */
  quote(quote: Quote): void {
    const typed = this.#ui.getState().unsent.get(quote.nodeId) ?? { text: "" };
    this.keep(quote.nodeId, { ...typed, quote });
    this.#ui.setState({ replyTo: quote.nodeId });
  }

  /** Made and asked as one; of a question to an agent, the agent is told once it is made. */
  #ask(node: Pick<NodeView, "id" | "prompt">, made: readonly BatchedOp[]): Submitted | null {
    const { model } = this.#ui.getState();
    const start: BatchedOp = { op: "generation.start", data: { nodeId: node.id, ...(model !== "" && { model }) } };
    const isForAgent = this.#around.isForAgent(node.prompt);
    const submitted = this.#try(() => this.#project.submitBatch([...made, ...(isForAgent ? [] : [start])]));
    if (submitted !== null && isForAgent) this.#around.askAgent(node);
    return submitted;
  }

  /** Reads on with the new message, and keeps to that way. */
  #show(id: string, parent: string | undefined): void {
    this.#ui.setState(({ ways }) => ({
      at: id,
      selection: new Set([id]),
      ways: parent === undefined ? ways : new Map(ways).set(parent, id),
    }));
  }

  #place(near: Parameters<typeof placeNear>[1], prompt: string) {
    const { x, y } = placeNear(this.#project.graph()?.nodes.values() ?? [], near, { prompt });
    return { x: Math.round(x), y: Math.round(y) };
  }

  #childrenOf(id: string): NodeView[] {
    const graph = this.#project.graph();
    return graph === null ? [] : childNodes(graph, id);
  }

  #try(change: () => Submitted): Submitted | null {
    try {
      return change();
    } catch (error) {
      if (!(error instanceof QueueFull)) throw error;
      explainOnly(text().canvas.queueFull);
      return null;
    }
  }
}

export function useMakeAsking(): Asking {
  const project = useProject();
  const store = useCanvasStore();
  const askAgent = useAskAgent();
  const find = useFindMentioned();
  const explain = useExplaining();
  return useMemo(() => {
    const isForAgent = (prompt: string) => find(prompt) !== undefined;
    return new Asking(project, store, { askAgent, isForAgent, explain });
  }, [project, store, askAgent, find, explain]);
}

export const AskingContext = createContext<Asking | null>(null);

export function useAsking(): Asking {
  const asking = use(AskingContext);
  if (asking === null) throw new Error("this belongs in a conversation");
  return asking;
}
