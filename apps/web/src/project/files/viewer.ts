/** The window in which a file is looked at; which one is `file` in the state of the page. */
export const VIEWER = "file";
