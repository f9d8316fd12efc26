/** The card whose field is to have the keyboard as soon as that is drawn. */
let awaited: string | null = null;

/** The field under the selected card has the keyboard; false where it is not drawn. */
export function focusFollowUp(): boolean {
  const field = document.querySelector<HTMLElement>("[data-follow-up] textarea");
  field?.focus({ preventScroll: true });
  return field !== null;
}

export function awaitFollowUp(node: string): void {
  awaited = node;
}

export function focusAwaited(node: string): void {
  if (awaited === node) focusFollowUp();
  awaited = null;
}

/** How much of the screen the field needs below its card. */
export const FOLLOW_UP_PX = 90;
