import type { NodeView, ProjectSync } from "../sync/index.ts";
import { may } from "../project/rights.ts";

/** What is typed is saved in every pause, and without one at least this often. */
const PAUSE_MS = 400;
const UNSAVED_MS_MAX = 1_000;

export interface Draft {
  readonly text: string;
  /** Somebody else changed the text meanwhile to this; nothing is saved until one of the two is chosen. */
  readonly theirs: string | null;
}

/** Text that can no longer be saved where it was typed. */
export interface LostText {
  readonly text: string;
  readonly because: "node-deleted" | "read-only";
}

type Saves = Pick<ProjectSync, "node" | "graph" | "submit" | "onChange">;

/**
 * The prompt that is being typed. It saves itself while it is typed, and never over what somebody else wrote:
 * as soon as the text is not what was last saved from here, both stand side by side.
 */
export class PromptDraft {
  readonly #project: Saves;
  readonly #node: string;
  readonly #listeners = new Set<() => void>();
  /** What was saved from here last, and what of that the server has for good. */
  #own: string;
  #base: string;
  #draft: Draft;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** When the oldest letter that is not saved was typed. */
  #unsavedSince: number | null = null;

  constructor(project: Saves, node: NodeView) {
    this.#project = project;
    this.#node = node.id;
    this.#own = node.prompt;
    this.#base = node.prompt;
    this.#draft = { text: node.prompt, theirs: null };
  }

  /** Begins to watch what others write; the answer saves and ends that. */
  open(): () => void {
    this.#compare();
    const stop = this.#project.onChange(({ nodes }) => {
      if (nodes.has(this.#node)) this.#compare();
    });
    return () => {
      this.save();
      stop();
    };
  }

  readonly get = (): Draft => this.#draft;
  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly saved = (): string => this.#own;
  /** Whether something was typed that not even the queue of this device has. */
  readonly isUnsaved = (): boolean => this.#draft.text !== this.#own;

  /** What the server may not have of the text, once there is no longer a place for it. */
  lost(): LostText | null {
    const because = this.#obstacle();
    const { text } = this.#draft;
    return because === null || text === this.#base ? null : { text, because };
  }

  type(text: string): void {
    this.#become({ ...this.#draft, text });
    const now = performance.now();
    this.#unsavedSince ??= now;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), Math.min(PAUSE_MS, this.#unsavedSince + UNSAVED_MS_MAX - now));
  }

  /** Saves what is typed, unless there is a choice to be made first. */
  save(): void {
    clearTimeout(this.#timer);
    this.#unsavedSince = null;
    const { text, theirs } = this.#draft;
    if (theirs !== null || text === this.#own || this.#obstacle() !== null) return;
    this.#own = text;
    this.#tell();
    const { settled } = this.#project.submit("node.update", {
      id: this.#node,
      prompt: text,
      whileGenerating: "CANCEL",
    });
    void settled.then(({ ok }) => {
      if (ok) this.#base = text;
    });
  }

  keepMine(): void {
    if (this.#draft.theirs === null) return;
    this.#own = this.#draft.theirs;
    this.#base = this.#own;
    this.#become({ ...this.#draft, theirs: null });
    this.save();
  }

  takeTheirs(): void {
    const { theirs } = this.#draft;
    if (theirs === null) return;
    this.#own = theirs;
    this.#base = theirs;
    this.#become({ text: theirs, theirs: null });
  }

  #compare(): void {
    const now = this.#project.node(this.#node)?.prompt;
    if (now === undefined || now === this.#own) return;
    if (now === this.#draft.text || this.#draft.text === this.#base) {
      // They wrote what stands here, or nothing was typed here since: there is nothing to choose.
      this.#own = now;
      this.#base = now;
      this.#become({ text: now, theirs: null });
      return;
    }
    clearTimeout(this.#timer);
    this.#become({ ...this.#draft, theirs: now });
  }

  #obstacle(): LostText["because"] | null {
    if (this.#project.node(this.#node) === undefined) return "node-deleted";
    return may(this.#project.graph(), "graph:write") ? null : "read-only";
  }

  #become(draft: Draft): void {
    this.#draft = draft;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
