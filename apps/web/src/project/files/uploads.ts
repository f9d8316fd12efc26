import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

import { api, data } from "../../api/client.ts";
import { uuidv7 } from "../../sync/index.ts";
import type { MediaView } from "./media.ts";

/** A file on its way, until it can be attached. */
export interface Upload {
  readonly id: string;
  readonly name: string;
  /** How much of it is there, from 0 to 1. */
  readonly part: number;
  readonly state: "sending" | "reading" | "failed";
  readonly error?: unknown;
  readonly stop: () => void;
  readonly again: () => void;
}

/** Files that come at once; the others wait for their turn. */
const AT_ONCE_MAX = 2;
/** How often the server is asked whether it has read a file. */
const READ_EVERY_MS = 400;

const uploads = createStore<{ list: readonly Upload[] }>(() => ({ list: [] }));
let running = 0;
const waiting: (() => void)[] = [];

export const useUploads = (): readonly Upload[] => useStore(uploads, ({ list }) => list);

const change = (id: string, fields: Partial<Upload>) =>
  uploads.setState(({ list }) => ({ list: list.map((each) => (each.id === id ? { ...each, ...fields } : each)) }));
const leave = (id: string) => uploads.setState(({ list }) => ({ list: list.filter((each) => each.id !== id) }));

/** Sends a file to a project, and says once it can be attached. Whoever stops it, or it cannot be sent: nothing. */
export const sendFile = (project: string, file: File, done: (media: MediaView) => void): void =>
  bring(file.name, done, async (signal, onProgress) => {
    const { sendInParts } = await import("./tus.ts");
    return sendInParts(project, file, { signal, onProgress });
  });

/** Has the server read what a link leads to, and says once it can be attached. */
export const sendLink = (project: string, url: string, done: (media: MediaView) => void): void =>
  bring(url, done, async (signal) => {
    const { id } = await data(api.POST("/api/v1/media", { body: { projectId: project, url }, signal }));
    return id;
  });

type Send = (signal: AbortSignal, onProgress: (part: number) => void) => Promise<string>;

function bring(name: string, done: (media: MediaView) => void, send: Send): void {
  const id = uuidv7();
  let stopping = new AbortController();
  const begin = () => {
    stopping = new AbortController();
    change(id, { state: "sending", part: 0 });
    void run();
  };
  const run = async () => {
    await turn();
    try {
      const media = await send(stopping.signal, (part) => change(id, { part }));
      change(id, { state: "reading", part: 1 });
      done(await read(media, stopping.signal));
      leave(id);
    } catch (error) {
      if (stopping.signal.aborted) leave(id);
      else change(id, { state: "failed", error });
    } finally {
      running -= 1;
      waiting.shift()?.();
    }
  };
  const stop = () => {
    stopping.abort();
    leave(id);
  };
  const upload: Upload = { id, name, part: 0, state: "sending", stop, again: begin };
  uploads.setState(({ list }) => ({ list: [...list, upload] }));
  void run();
}

async function turn(): Promise<void> {
  if (running >= AT_ONCE_MAX) await new Promise<void>((resolve) => waiting.push(resolve));
  running += 1;
}

/** The file once the server has read it, well or not. */
async function read(media: string, signal: AbortSignal): Promise<MediaView> {
  for (;;) {
    const path = { media_id: media };
    const view = await data(api.GET("/api/v1/media/{media_id}", { params: { path }, signal }));
    if (view.processingStatus === "COMPLETED" || view.processingStatus === "FAILED") return view;
    await new Promise((resolve) => setTimeout(resolve, READ_EVERY_MS));
  }
}
