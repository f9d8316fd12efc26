import { remember, remembered } from "../../remembered.ts";
import type { Text } from "../../text/index.ts";

const KEY = "tips";

export interface Tip {
  /** What it points at, once that is on the page. */
  readonly at: string;
  readonly says: (words: Text) => string;
}

/** What most people would otherwise find late, in the order in which they come to need it. */
export const TIPS: readonly Tip[] = [
  { at: "[data-command=new-node]", says: ({ hands }) => hands.tips.ask },
  { at: ".react-flow__node-card .react-flow__handle.source", says: ({ hands }) => hands.tips.branch },
  { at: ".react-flow__node-card ~ .react-flow__node-card", says: ({ hands }) => hands.tips.several },
  { at: "[data-command=search]", says: ({ hands }) => hands.tips.search },
];

/** How many of them were seen in this browser. The preferences of an account have no place for it, and it matters little. */
export function tipsSeen(): number {
  const seen = Number(remembered(KEY) ?? "0");
  return Number.isInteger(seen) ? Math.min(Math.max(0, seen), TIPS.length) : TIPS.length;
}

export const rememberTips = (seen: number): void => remember(KEY, String(seen));

export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const SPACE = 10;

/** Where a note goes that points at something: below it, or above where there is no room; null where that is out of sight. */
export function placeFor(
  at: Rect,
  note: { readonly width: number; readonly height: number },
  screen: { readonly width: number; readonly height: number },
): { readonly left: number; readonly top: number; readonly isAbove: boolean; readonly arrow: number } | null {
  const middle = { x: at.left + at.width / 2, y: at.top + at.height / 2 };
  const isSeen = middle.x > 0 && middle.x < screen.width && middle.y > 0 && middle.y < screen.height;
  if (!isSeen || at.width === 0) return null;
  const below = at.top + at.height + SPACE;
  const isAbove = below + note.height > screen.height - SPACE;
  const left = Math.min(Math.max(SPACE, middle.x - note.width / 2), Math.max(SPACE, screen.width - SPACE - note.width));
  return { left, top: isAbove ? at.top - SPACE - note.height : below, isAbove, arrow: middle.x - left };
}
