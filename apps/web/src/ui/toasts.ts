import { createStore } from "zustand/vanilla";

import { Refused, Unreachable } from "../api/problem.ts";
import { text } from "../text/index.ts";
import { refusalWords } from "./refusal-words.ts";

export interface Toast {
  readonly id: number;
  readonly kind: "done" | "failed";
  readonly text: string;
  readonly action?: { label: string; run: () => void };
}

/** Short messages at the edge of the page, the newest last. */
export const toasts = createStore<{ list: readonly Toast[] }>(() => ({ list: [] }));

const SHOWN_MAX = 3;
const DONE_MS = 4_000;
let last = 0;

export function say(message: string, action?: Toast["action"]): void {
  const id = add({ kind: "done", text: message, ...(action && { action }) });
  setTimeout(dismiss, action === undefined ? DONE_MS : 2 * DONE_MS, id);
}

/** A refusal with a remedy stays until it is dismissed, too. */
export function offer(message: string, action: NonNullable<Toast["action"]>): void {
  add({ kind: "failed", text: message, action });
}

/** What failed stays until it is dismissed, since it names the way out. */
export function sayFailed(error: unknown): void {
  add({ kind: "failed", text: explained(error) });
}

/** The same, for a sentence that says it already. */
export function explainOnly(sentence: string): void {
  add({ kind: "failed", text: sentence });
}

export function dismiss(id: number): void {
  toasts.setState(({ list }) => ({ list: list.filter((toast) => toast.id !== id) }));
}

/** Why something failed, in a sentence for people. */
export function explained(error: unknown): string {
  const { errors } = text().common;
  if (error instanceof Unreachable) return errors.unreachable;
  if (error instanceof Refused) return refusalWords(error.problem);
  return errors.unknown;
}

function add(toast: Omit<Toast, "id">): number {
  last += 1;
  const added = { ...toast, id: last };
  // Saying the same again would only push others out.
  toasts.setState(({ list }) => ({
    list: [...list.filter((other) => other.text !== toast.text), added].slice(-SHOWN_MAX),
  }));
  return last;
}
