/** Places that keep the keyboard when the button that had it goes away. */
const PLACES = "[data-window], [data-keeps-focus], main";
const FOCUSABLE =
  "button:not(:disabled), a[href], input:not(:disabled), textarea:not(:disabled), select:not(:disabled), [tabindex='0']";

/**
 * What has the keyboard can go away under it: a button that was pressed gives way to another, a card is deleted, the
 * panel closes. Browsers then leave it at the page, where the next key means something else. It is kept near by: in
 * the window, in the row of buttons, or else in what the page is mainly about.
 */
export function keepFocus(): () => void {
  let last: Element | null = null;
  let around: readonly Element[] = [];

  const onFocus = ({ target }: FocusEvent) => {
    if (!(target instanceof Element)) return;
    last = target;
    around = placesAround(target);
  };
  // Whoever presses elsewhere leaves it on purpose.
  const onPress = ({ target }: PointerEvent) => {
    if (!(target instanceof Node) || last?.contains(target) !== true) last = null;
  };
  const look = () => {
    if (last === null || document.activeElement !== document.body) return;
    if (last.isConnected && !last.matches(":disabled")) return;
    const place = around.find(({ isConnected }) => isConnected) ?? document.querySelector("main");
    last = null;
    if (place instanceof HTMLElement) focusIn(place);
  };
  const changes = new MutationObserver(look);
  addEventListener("focusin", onFocus);
  addEventListener("pointerdown", onPress, { capture: true });
  changes.observe(document.body, { childList: true, subtree: true, attributeFilter: ["disabled"] });
  return () => {
    changes.disconnect();
    removeEventListener("focusin", onFocus);
    removeEventListener("pointerdown", onPress, { capture: true });
  };
}

function placesAround(element: Element): readonly Element[] {
  const places: Element[] = [];
  for (let at = element.closest(PLACES); at !== null; at = at.parentElement?.closest(PLACES) ?? null) places.push(at);
  return places;
}

/** A row of buttons has it at its first; a window or the page has it itself, since no key should press something unseen. */
function focusIn(place: HTMLElement): void {
  const first = place.matches("[data-keeps-focus]") ? place.querySelector<HTMLElement>(FOCUSABLE) : null;
  const target = first ?? place;
  if (target === place && !place.hasAttribute("tabindex")) place.tabIndex = -1;
  target.focus({ preventScroll: true });
}

/** Whether the keyboard is at nothing in particular. */
export const isFocusNowhere = (): boolean =>
  document.activeElement === document.body || document.activeElement?.matches("main") === true;

/** Whether a window is open over the page, whose keys are its own. */
export const isWindowOpen = (): boolean => document.querySelector("[data-window]") !== null;
