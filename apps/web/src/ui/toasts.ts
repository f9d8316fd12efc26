import { createStore } from "zustand/vanilla";

import { Refused, Unreachable } from "../api/problem.ts";
import { text } from "../text/index.ts";
import { refusalWords } from "./refusal-words.ts";

export interface Toast {
  readonly id: number;
  readonly kind: "done" | "failed";
  readonly text: string;
  readonly action?: ToastAction;
}

interface ToastAction {
  readonly label: string;
  readonly run: () => void;
  /** It is of no use to those who may not change the project. */
  readonly needsWriting?: true;
  /** What is offered to them instead. */
  readonly otherwise?: ToastAction;
}

/** Short messages at the edge of the page, the newest last. */
export const toasts = createStore<{ list: readonly Toast[] }>(() => ({ list: [] }));

const SHOWN_MAX = 3;
const DONE_MS = 4_000;
/** What failed names the way out, which takes longer to read; what can be done about it takes a decision. */
const FAILED_MS = 10_000;
const OFFERED_MS = 30_000;
let last = 0;

/** When each leaves, for as long as nobody is at it. */
const leaving = new Map<number, { readonly ms: number; timer: ReturnType<typeof setTimeout> }>();

export function say(message: string, action?: ToastAction): void {
  const id = add({ kind: "done", text: message, ...(action && { action }) });
  leaveAfter(id, action === undefined ? DONE_MS : 2 * DONE_MS);
}

/** A refusal with a remedy. */
export function offer(message: string, action: ToastAction): void {
  leaveAfter(add({ kind: "failed", text: message, action }), OFFERED_MS);
}

/** One whose remedy has words that would be lost: it stays until somebody has decided. */
export function keep(message: string, action: ToastAction): void {
  add({ kind: "failed", text: message, action });
}

export function sayFailed(error: unknown): void {
  explainOnly(explained(error));
}

/** The same, for a sentence that says it already. */
export function explainOnly(sentence: string): void {
  leaveAfter(add({ kind: "failed", text: sentence }), FAILED_MS);
}

/** Somebody is at a message, and reads it to its end. */
export function hold(id: number): void {
  clearTimeout(leaving.get(id)?.timer);
}

export function letGo(id: number): void {
  const ms = leaving.get(id)?.ms;
  if (ms !== undefined) leaveAfter(id, ms);
}

/** Somebody may no longer change the project, or has left it. */
export function withdrawOffers(): void {
  toasts.setState(({ list }) => ({
    list: list.flatMap(({ action, ...toast }) => {
      const left = action?.needsWriting === true ? action.otherwise : action;
      if (left === undefined && action !== undefined) return [];
      return [{ ...toast, ...(left && { action: left }) }];
    }),
  }));
}

function leaveAfter(id: number, ms: number): void {
  hold(id);
  leaving.set(id, { ms, timer: setTimeout(dismiss, ms, id) });
}

export function dismiss(id: number): void {
  hold(id);
  leaving.delete(id);
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
