/** The window in which the selected card is over the whole page. */
export const FULL = "full";
