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
  /** One that broke off goes on by itself in a moment, one that failed only when somebody says so. */
  readonly state: "sending" | "paused" | "broken" | "reading" | "failed";
  readonly error?: unknown;
  /** Gives it up. */
  readonly stop: () => void;
  /** Left out of what has no parts to go on with. */
  readonly pause?: () => void;
  /** Goes on where it was paused or broke off. */
  readonly goOn: () => void;
}

/** Files that come at once; the others wait for their turn. */
const AT_ONCE_MAX = 2;
/** How often the server is asked whether it has read a file. */
const READ_EVERY_MS = 400;

const uploads = createStore<{ list: readonly Upload[] }>(() => ({ list: [] }));
let sending = 0;
const waiting: (() => void)[] = [];

export const useUploads = (): readonly Upload[] => useStore(uploads, ({ list }) => list);

const change = (id: string, fields: Partial<Upload>) =>
  uploads.setState(({ list }) => ({ list: list.map((each) => (each.id === id ? { ...each, ...fields } : each)) }));
const leave = (id: string) => uploads.setState(({ list }) => ({ list: list.filter((each) => each.id !== id) }));

/** Sends a file to a project, and says once it can be attached. Whoever stops it, or it cannot be sent: nothing. */
export function sendFile(project: string, file: File, done: (media: MediaView) => void): void {
  const parted = import("./tus.ts").then(({ PartedUpload }) => new PartedUpload(project, file));
  bring(file.name, done, {
    send: async (signal, tell) => (await parted).send({ signal, ...tell }),
    forget: async () => (await parted).forget(),
    hasParts: true,
  });
}

/** Has the server read what a link leads to, and says once it can be attached. */
export const sendLink = (project: string, url: string, done: (media: MediaView) => void): void =>
  bring(url, done, {
    send: async (signal) => {
      const { id } = await data(api.POST("/api/v1/media", { body: { projectId: project, url }, signal }));
      return id;
    },
  });

interface Told {
  readonly onProgress: (part: number) => void;
  readonly onBroken: (error: unknown) => void;
}

interface Way {
  /** Sends what the server has not got yet, and says which file it became. */
  readonly send: (signal: AbortSignal, told: Told) => Promise<string>;
  /** Has the server forget what it has got. */
  readonly forget?: () => Promise<void>;
  readonly hasParts?: true;
}

function bring(name: string, done: (media: MediaView) => void, { send, forget, hasParts }: Way): void {
  const id = uuidv7();
  let running = new AbortController();
  let media: string | null = null;
  const tell: Told = {
    onProgress: (part) => change(id, { state: "sending", part }),
    onBroken: (error) => change(id, { state: "broken", error }),
  };
  const run = async () => {
    const { signal } = (running = new AbortController());
    await turn();
    try {
      signal.throwIfAborted();
      media ??= await send(signal, tell);
      change(id, { state: "reading", part: 1 });
      done(await read(media, signal));
      leave(id);
    } catch (error) {
      // Whoever ended it has said what becomes of it.
      if (!signal.aborted) change(id, { state: "failed", error });
    } finally {
      pass();
    }
  };
  const goOn = () => {
    running.abort();
    change(id, { state: "sending" });
    void run();
  };
  const pause = () => {
    running.abort();
    change(id, { state: "paused" });
  };
  const stop = () => {
    running.abort();
    leave(id);
    // What is not heard of ends by itself in a day; a file that is there already is one that nobody asked for.
    void (media === null ? forget?.() : remove(media))?.catch(() => null);
  };
  const upload: Upload = { id, name, part: 0, state: "sending", stop, goOn, ...(hasParts && { pause }) };
  uploads.setState(({ list }) => ({ list: [...list, upload] }));
  void run();
}

const remove = (media: string) =>
  api.DELETE("/api/v1/media/{media_id}", { params: { path: { media_id: media } }, keepalive: true });

async function turn(): Promise<void> {
  if (sending >= AT_ONCE_MAX) await new Promise<void>((resolve) => waiting.push(resolve));
  sending += 1;
}

function pass(): void {
  sending -= 1;
  waiting.shift()?.();
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
