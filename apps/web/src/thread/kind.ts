import type { NodeView } from "../sync/index.ts";

/** What a message is: a question that a model answers, a text or files that stand for themselves, or what a model is told first. */
export type MessageKind = "question" | "note" | "file" | "system";

/** Nodes of earlier versions say neither kind nor role, and are questions. */
export function kindOf({ kind, role }: Pick<NodeView, "kind" | "role">): MessageKind {
  if (role === "SYSTEM") return "system";
  if (kind === "MEDIA") return "file";
  return kind === "NOTE" ? "note" : "question";
}

export const isQuestion = (node: Pick<NodeView, "kind" | "role"> | undefined): boolean =>
  node !== undefined && node.kind !== "FRAME" && kindOf(node) === "question";

/** Differs as soon as something else is asked or answered; empty where there is no answer to read. */
export function answerOf({ id, status, prompt, response, generationId }: NodeView): string {
  if (response === null || status === "GENERATING") return "";
  return JSON.stringify([id, generationId, status, prompt, response]);
}
