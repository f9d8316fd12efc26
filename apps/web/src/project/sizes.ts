import type { NodeView } from "../sync/index.ts";
import { frameSize, isFrame } from "./kinds.ts";

/** Where something is and how large, in the canvas' own measure. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The area of a node. */
export interface Box extends Area {
  readonly id: string;
}

export type Size = Pick<Box, "width" | "height">;

/** The width of a card of which nobody has said how wide it is. */
export const CARD_WIDTH = 340;
/** Cards and frames cannot be made smaller by hand. */
export const CARD_WIDTH_MIN = 220;
export const CARD_HEIGHT_MIN = 90;

/** The cards of a column stand so far to the right of what they follow from: none of them follows from the one above it. */
export const COLUMN_INDENT = 18;

/** How far the cards of a frame stay from its sides, and from its top, where its name stands. */
export const FRAME_PADDING = 40;
export const FRAME_HEAD = 56;

/** What Card.module.css makes of a text: how much fits on a line, how high a line is, and where it is cut. */
const LETTERS_PER_LINE = 46;
const LINE_HEIGHT = 21;
const PADDING = 18;
const HEADER_HEIGHT = 38;
const TITLE_HEIGHT = 26;
const TAGS_HEIGHT = 30;
/** What NodeFiles.module.css makes of a row of files, and of those that are a card of their own. */
const FILES_HEIGHT = 84;
const MEDIA_HEIGHT = 240;
const FOOTER_HEIGHT = 30;
const PROMPT_HEIGHT_MAX = 192;
const NOTE_HEIGHT_MAX = 400;
const ANSWER_HEIGHT_MAX = 240;
/** More than this cannot be seen on a card. */
const LETTERS_SEEN_MAX = 1_000;

/** What the size of a card follows from. */
export type Sized = Pick<NodeView, "prompt"> &
  Partial<Pick<NodeView, "response" | "status" | "kind" | "role" | "title" | "tags" | "width" | "height">> & {
    attachments?: readonly unknown[];
  };

/**
 * How large a node is drawn. It follows from what the node says and not from how a browser draws it, so that it is the
 * same for everybody, from near and from afar, and for what is not drawn yet. An answer has its room from the moment at
 * which it is asked for: nothing moves while it is written.
 */
export function sizeOf(node: Sized): Size {
  if (isFrame(node)) return frameSize({ width: node.width ?? null, height: node.height ?? null });
  const width = node.width ?? CARD_WIDTH;
  return { width, height: node.height ?? heightOf(node, width) };
}

/** How large a question becomes once it is answered at length. */
export const answeredSize = (node: Sized): Size =>
  sizeOf({ ...node, ...((node.response ?? null) === null && { status: "GENERATING" }) });

export const boxOf = (node: NodeView): Box => ({ id: node.id, ...node.position, ...sizeOf(node) });

function heightOf(node: Sized, width: number): number {
  const { prompt, response = null, status, kind, title, tags = [], attachments = [] } = node;
  const lineLetters = (LETTERS_PER_LINE * width) / CARD_WIDTH;
  const promptMax = kind === "NOTE" || kind === "MEDIA" ? NOTE_HEIGHT_MAX : PROMPT_HEIGHT_MAX;
  const filesHeight = kind === "MEDIA" ? MEDIA_HEIGHT : FILES_HEIGHT;
  const head =
    HEADER_HEIGHT +
    (title == null ? 0 : TITLE_HEIGHT) +
    Math.min(promptMax, textHeight(prompt, lineLetters)) +
    (tags.length === 0 ? 0 : TAGS_HEIGHT) +
    (attachments.length === 0 ? 0 : filesHeight);
  if (status === "GENERATING") return head + ANSWER_HEIGHT_MAX + FOOTER_HEIGHT;
  if (response === null) return head;
  return head + Math.min(ANSWER_HEIGHT_MAX, textHeight(response, lineLetters)) + FOOTER_HEIGHT;
}

function textHeight(text: string, lineLetters: number): number {
  const lines = text
    .slice(0, LETTERS_SEEN_MAX)
    .split("\n")
    .reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / lineLetters)), 0);
  return PADDING + lines * LINE_HEIGHT;
}

/** Everything that these take up. */
export function boundsOf(boxes: readonly Area[]): Area {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, width, height } of boxes) {
    [left, top] = [Math.min(left, x), Math.min(top, y)];
    [right, bottom] = [Math.max(right, x + width), Math.max(bottom, y + height)];
  }
  return boxes.length === 0
    ? { x: 0, y: 0, width: 0, height: 0 }
    : { x: left, y: top, width: right - left, height: bottom - top };
}

export function overlaps(one: Area, other: Area): boolean {
  return (
    one.x < other.x + other.width &&
    other.x < one.x + one.width &&
    one.y < other.y + other.height &&
    other.y < one.y + one.height
  );
}
