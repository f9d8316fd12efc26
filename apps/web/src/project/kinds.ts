import type { NodeKind, NodeView } from "../sync/index.ts";

/** How large a frame is of which nobody has said so. */
const FRAME_WIDTH = 800;
const FRAME_HEIGHT = 480;

type Kinded = Pick<NodeView, "kind" | "role">;

/** Whether a node is a question: notes, files, frames and system messages are not asked. */
export const isAsked = ({ kind = "PROMPT", role = "USER" }: Kinded): boolean => kind === "PROMPT" && role === "USER";

export const isFrame = (node: Kinded | undefined): boolean => node?.kind === "FRAME";

/** What a node is called where its kind is said. */
export const kindOf = ({ kind = "PROMPT", role = "USER" }: Kinded): NodeKind | "SYSTEM" =>
  role === "SYSTEM" ? "SYSTEM" : kind;

export function frameSize({ width, height }: Pick<NodeView, "width" | "height">): { width: number; height: number } {
  return { width: width ?? FRAME_WIDTH, height: height ?? FRAME_HEIGHT };
}
