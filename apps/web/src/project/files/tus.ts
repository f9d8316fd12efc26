import { Refused, refusal, Unreachable } from "../../api/problem.ts";
import { authorized } from "../../api/client.ts";

/** Bytes that are sent at once: what is lost when the connection breaks. */
const PART_BYTES = 4 * 1024 * 1024;
/** How often in a row a part is sent again before somebody has to say so. */
const TRIES_MAX = 5;
const FIRST_WAIT_MS = 500;
const ROOT = "/api/v1/media/uploads";
const TUS = { "tus-resumable": "1.0.0" };

export interface Sending {
  readonly signal: AbortSignal;
  /** How much of it is there, from 0 to 1. */
  readonly onProgress: (part: number) => void;
  /** It broke off, and goes on by itself in a moment. */
  readonly onBroken: (error: unknown) => void;
}

/** How far the server has an upload, and which file it became once it is whole. */
interface Here {
  readonly offset: number;
  readonly media: string | null;
}

/** A file that is sent to a project in parts (tus 1.0). Sent once more, it goes on where the server has it. */
export class PartedUpload {
  readonly #project: string;
  readonly #file: File;
  /** Where its parts go, from the moment it is begun. */
  #at: Promise<string> | null = null;

  constructor(project: string, file: File) {
    this.#project = project;
    this.#file = file;
  }

  /** Sends what is missing, each part again while the server is not reached. Says which file it became. */
  async send({ signal, onProgress, onBroken }: Sending): Promise<string> {
    let here: Here | null = null;
    let tries = 0;
    for (;;) {
      try {
        here ??= this.#at === null ? await this.#begin() : await this.#lookUp(signal);
        if (here.media !== null) return here.media;
        here = await this.#sendPart(here.offset, signal);
        tries = 0;
        onProgress(here.offset / this.#file.size);
      } catch (error) {
        // What arrived before it broke off counts.
        here = null;
        // One that could not be begun may have been, without our hearing of it: how often that happens is up to people.
        const isOver = signal.aborted || this.#at === null || !isWorthAgain(error);
        if (isOver || ++tries > TRIES_MAX) throw error;
        onBroken(error);
        await pause(FIRST_WAIT_MS * 2 ** tries, signal);
      }
    }
  }

  /** Gives it up, so that the server keeps nothing of it and has the room back. */
  async forget(): Promise<void> {
    const at = this.#at;
    this.#at = null;
    if (at !== null) await send(await at, { method: "DELETE", headers: TUS, keepalive: true });
  }

  async #begin(): Promise<Here> {
    this.#at = this.#post();
    // One that could not be begun is begun anew the next time.
    this.#at.catch(() => (this.#at = null));
    await this.#at;
    return { offset: 0, media: null };
  }

  // Whoever stops meanwhile has to know what was begun to give it up, so that nothing stops this.
  async #post(): Promise<string> {
    const metadata = `filename ${base64(this.#file.name)},projectId ${base64(this.#project)}`;
    const headers = { ...TUS, "upload-length": String(this.#file.size), "upload-metadata": metadata };
    const begun = await send(ROOT, { method: "POST", headers });
    return begun.headers.get("location") ?? "";
  }

  /** How far the server has it. Where it has it no more, or does not take it, it is begun anew. */
  async #lookUp(signal: AbortSignal): Promise<Here> {
    try {
      return hereOf(await send(await this.#begun(), { method: "HEAD", headers: TUS, signal }));
    } catch (error) {
      if (!(error instanceof Refused) || isBusy(error)) throw error;
      // Why it is not taken is said in answers that have words, which those to HEAD have not.
      await this.forget().catch(() => null);
      return this.#begin();
    }
  }

  async #begun(): Promise<string> {
    return (await this.#at) ?? "";
  }

  async #sendPart(offset: number, signal: AbortSignal): Promise<Here> {
    const body = this.#file.slice(offset, offset + PART_BYTES);
    const headers = { ...TUS, "content-type": "application/offset+octet-stream", "upload-offset": String(offset) };
    return hereOf(await send(await this.#begun(), { method: "PATCH", headers, body, signal }));
  }
}

async function send(path: string, how: RequestInit): Promise<Response> {
  const response = await authorized(new Request(new URL(path, location.origin), how));
  if (!response.ok) throw await refusal(response);
  return response;
}

const hereOf = ({ headers }: Response): Here => ({
  offset: Number(headers.get("upload-offset")),
  media: headers.get("upload-media-id"),
});

/** The server has too much to do; of an answer without words the status says so. */
const isBusy = ({ problem: { status } }: Refused) => status === 429 || status >= 500;

/** The server was not reached, has too much to do, or holds more of the file than was known. */
const isWorthAgain = (error: unknown) =>
  error instanceof Unreachable ||
  (error instanceof Refused && (isBusy(error) || ["conflict", "request_timeout"].includes(error.code)));

/** Names are not only ASCII. */
const base64 = (text: string) => btoa(String.fromCodePoint(...new TextEncoder().encode(text)));

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}
