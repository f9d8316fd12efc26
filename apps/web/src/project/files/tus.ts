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
}

/** Sends a file to a project in parts (tus 1.0), each again while the server is not reached. Says which file it became. */
export async function sendInParts(project: string, file: File, { signal, onProgress }: Sending): Promise<string> {
  const metadata = `filename ${base64(file.name)},projectId ${base64(project)}`;
  const headers = { ...TUS, "upload-length": String(file.size), "upload-metadata": metadata };
  const begun = await send(ROOT, { method: "POST", headers, signal });
  const at = begun.headers.get("location") ?? "";
  let [offset, tries] = [0, 0];
  for (;;) {
    try {
      const part = file.slice(offset, offset + PART_BYTES);
      const kind = { "content-type": "application/offset+octet-stream", "upload-offset": String(offset) };
      const answer = await send(at, { method: "PATCH", headers: { ...TUS, ...kind }, body: part, signal });
      const media = answer.headers.get("upload-media-id");
      if (media !== null) return media;
      [offset, tries] = [offsetOf(answer), 0];
    } catch (error) {
      if (signal.aborted || !isWorthAgain(error) || ++tries > TRIES_MAX) throw error;
      await pause(FIRST_WAIT_MS * 2 ** tries, signal);
      const answer = await send(at, { method: "HEAD", headers: TUS, signal }).catch(() => null);
      const media = answer?.headers.get("upload-media-id") ?? null;
      if (media !== null) return media;
      if (answer !== null) offset = offsetOf(answer);
    }
    onProgress(offset / file.size);
  }
}

async function send(path: string, how: RequestInit): Promise<Response> {
  const response = await authorized(new Request(new URL(path, location.origin), how));
  if (!response.ok) throw await refusal(response);
  return response;
}

const offsetOf = (answer: Response) => Number(answer.headers.get("upload-offset"));

/** The server was not reached, has too much to do, or holds more of the file than was known. */
const isWorthAgain = (error: unknown) =>
  error instanceof Unreachable ||
  (error instanceof Refused && ["busy", "unavailable", "conflict", "request_timeout"].includes(error.code));

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
