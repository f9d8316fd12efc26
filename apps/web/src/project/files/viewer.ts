import type { Attachment, CanvasStore, FilePlace } from "../ui-state.ts";

/** The window in which a file is looked at; which one is `file` in the state of the page. */
export const VIEWER = "file";

const ANYWHERE: FilePlace = { node: null, page: null, quote: null };

/** Opens a file, where it is said at this place. */
export const openFile = (store: CanvasStore, file: Attachment, place: Partial<FilePlace>): void =>
  store.setState({ open: VIEWER, file, filePlace: { ...ANYWHERE, ...place } });
