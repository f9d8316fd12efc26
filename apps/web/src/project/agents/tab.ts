/** The tab of the panel that shows tasks. */
export const AGENTS_TAB = "agents";
