import type { Box } from "../../project/sizes.ts";
import type { Wanted } from "./layout.ts";

interface Waiting {
  readonly resolve: (boxes: readonly Box[]) => void;
  readonly reject: (error: unknown) => void;
}

let worker: Worker | null = null;
let last = 0;
const waiting = new Map<number, Waiting>();

/** Lays out a canvas away from the page's own thread, which draws and listens to the user. */
export function laidOutAway(wanted: Wanted): Promise<readonly Box[]> {
  worker ??= started();
  const id = (last += 1);
  const { promise, resolve, reject } = settleable();
  waiting.set(id, { resolve, reject });
  worker.postMessage({ id, wanted });
  return promise;
}

function settleable() {
  let resolve: Waiting["resolve"] = () => undefined;
  let reject: Waiting["reject"] = () => undefined;
  const promise = new Promise<readonly Box[]>((done, failed) => {
    [resolve, reject] = [done, failed];
  });
  return { promise, resolve, reject };
}

function started(): Worker {
  const made = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  made.addEventListener("message", ({ data }: MessageEvent<{ id: number; boxes: readonly Box[] }>) => {
    waiting.get(data.id)?.resolve(data.boxes);
    waiting.delete(data.id);
  });
  made.addEventListener("error", (event) => {
    // The next layout begins with another worker.
    worker = null;
    for (const { reject } of waiting.values()) reject(new Error(event.message));
    waiting.clear();
  });
  return made;
}
