import { Emitter } from "./emitter.ts";
import type { Delta, EventView, GenerationText } from "./protocol.ts";

/** The answers that models are writing right now, by generation. */
export class Generations {
  readonly #changed = new Emitter<undefined>();
  #running: ReadonlyMap<string, GenerationText> = new Map();

  /** The same map as long as no text came. */
  readonly running = (): ReadonlyMap<string, GenerationText> => this.#running;
  readonly onChange = this.#changed.listen;

  replace(list: readonly GenerationText[]): void {
    if (list.length === 0 && this.#running.size === 0) return;
    this.#become(new Map(list.map((text) => [text.generation, text])));
  }

  /** Adds the text to what came before; false when something in between is missing. */
  apply({ node, generation, chunk, from = chunk, text }: Delta): boolean {
    const before = this.#running.get(generation) ?? { node, generation, chunk: -1, text: "" };
    if (chunk <= before.chunk) return true;
    if (from !== before.chunk + 1) return false;
    const next = new Map(this.#running);
    next.set(generation, { ...before, chunk, text: before.text + text });
    this.#become(next);
    return true;
  }

  /** Forgets those that an event ends: from there on the node holds the text. */
  follow(event: EventView): void {
    if (event.op !== "generation.end" && event.op !== "generation.cancel") return;
    const { generation } = event.data as { generation?: string };
    if (generation === undefined || !this.#running.has(generation)) return;
    const next = new Map(this.#running);
    next.delete(generation);
    this.#become(next);
  }

  #become(running: ReadonlyMap<string, GenerationText>): void {
    this.#running = running;
    this.#changed.emit(undefined);
  }
}
