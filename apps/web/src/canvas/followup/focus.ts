/** The field under the selected card, if it is there. */
export function focusFollowUp(): void {
  document.querySelector<HTMLElement>("[data-follow-up] textarea")?.focus({ preventScroll: true });
}
