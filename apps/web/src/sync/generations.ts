import { Emitter } from "./emitter.ts";
import type { Delta, EventBody, EventView, GenerationChange, GenerationText } from "./protocol.ts";

/** The answers that models are asked for or writing right now, by generation. */
export class Generations {
  readonly #changed = new Emitter<undefined>();
  /** Those of which something in between is missing. */
  readonly #behind = new Set<string>();
  #running: ReadonlyMap<string, GenerationText> = new Map();

  /** The same map as long as no text came. */
  readonly running = (): ReadonlyMap<string, GenerationText> => this.#running;
  readonly onChange = this.#changed.listen;

  /** Whether text is missing that later text rests on. */
  get isBehind(): boolean {
    return this.#behind.size > 0;
  }

  replace(list: readonly GenerationText[]): void {
    this.#behind.clear();
    if (list.length === 0 && this.#running.size === 0) return;
    this.#become(new Map(list.map((text) => [text.generation, text])));
  }

  /** Adds the text to what came before; false when something in between is missing. */
  apply({ node, generation, chunk, from = chunk, text }: Delta): boolean {
    const before = this.#running.get(generation) ?? { node, generation, chunk: null, text: "" };
    const next = before.chunk === null ? 0 : before.chunk + 1;
    if (chunk < next) return true;
    if (from !== next) {
      this.#behind.add(generation);
      return false;
    }
    this.#behind.delete(generation);
    this.#set({ ...before, chunk, text: before.text + text });
    return true;
  }

  /** Makes room for those that an event begins, and forgets those that it ends: then the node holds the text. */
  follow(event: EventView): void {
    this.#follow(event as unknown as EventBody);
  }

  #follow(event: EventBody): void {
    switch (event.op) {
      case "generation.start":
        this.#begin(event.data);
        return;
      case "generation.end":
      case "generation.cancel":
        this.#end(event.data.generation);
        return;
      case "batch":
        for (const inner of event.data.ops) this.#follow(inner);
        return;
      default:
    }
  }

  #begin({ nodeId: node, generation, state }: GenerationChange): void {
    const isOpen = state === "QUEUED" || state === "RUNNING";
    // Its first text may have come before.
    if (isOpen && !this.#running.has(generation)) this.#set({ node, generation, chunk: null, text: "" });
  }

  #end(generation: string): void {
    this.#behind.delete(generation);
    if (!this.#running.has(generation)) return;
    const running = new Map(this.#running);
    running.delete(generation);
    this.#become(running);
  }

  #set(text: GenerationText): void {
    this.#become(new Map(this.#running).set(text.generation, text));
  }

  #become(running: ReadonlyMap<string, GenerationText>): void {
    this.#running = running;
    this.#changed.emit(undefined);
  }
}
