/** A pause in typing after which a key is meant for whatever is there by then. */
const PAUSE_MS = 1_000;

/** Nothing is typed into what is only switched. */
const FIELDS = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";

/** Whether a key belongs to the element that has it. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest(`${FIELDS}, [role=dialog], [role=menu]`) !== null;
}

/**
 * A field can go away under the hands of whoever types in it: somebody deletes its node, or takes away the right to
 * write. What they go on typing is text all the same, and no commands.
 */
export class TypingOn {
  #until = 0;

  /** Is told every key; says whether it was typed for a field that is gone. */
  isStray(event: KeyboardEvent): boolean {
    const isInField = event.target instanceof Element && event.target.closest(FIELDS) !== null;
    const isStray = !isInField && event.timeStamp < this.#until;
    if (leaves(event)) this.end();
    else if (isInField || isStray) this.#until = event.timeStamp + PAUSE_MS;
    return isStray && this.#until > 0;
  }

  readonly end = (): void => {
    this.#until = 0;
  };
}

/** Whether a key is a way out of a field. */
function leaves({ key, target, ctrlKey, metaKey, shiftKey }: KeyboardEvent): boolean {
  if (key === "Escape" || key === "Tab" || ctrlKey || metaKey) return true;
  const isEnded = target instanceof HTMLTextAreaElement && target.matches("[data-enter-ends]") && !shiftKey;
  return key === "Enter" && (target instanceof HTMLInputElement || isEnded);
}
