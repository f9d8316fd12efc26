import { laidOut, type Wanted } from "./layout.ts";

/** Lays out one canvas after the other, so that the page can be used meanwhile. */
addEventListener("message", ({ data }: MessageEvent<{ id: number; wanted: Wanted }>) => {
  postMessage({ id: data.id, boxes: laidOut(data.wanted) });
});
