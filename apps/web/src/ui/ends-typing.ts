import type { KeyboardEvent } from "react";

/** A keyboard on the screen has one key for lines and none for asking: there the button asks. */
const hasKeyboard = (): boolean => !matchMedia("(pointer: coarse)").matches;

/** Enter asks and Shift-Enter makes a line; while letters are still being composed it only ends that. */
export function endsTyping(event: KeyboardEvent): boolean {
  if (event.key !== "Enter" || event.nativeEvent.isComposing) return false;
  if (event.metaKey || event.ctrlKey) return true;
  return !event.shiftKey && !event.altKey && hasKeyboard();
}
