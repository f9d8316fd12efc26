import { api, authorized, data, type Schemas } from "../../api/client.ts";
import { refusal } from "../../api/problem.ts";
import { serverSent } from "../../api/server-sent.ts";
import { text } from "../../text/index.ts";
import { voiceText } from "../../text/voice.ts";

type VoiceInteraction = Schemas["VoiceInteraction"];

/** What this server can hear and read; it is the same until the server starts anew. */
let offered: Promise<Schemas["VoiceOffer"]> | null = null;

export function voiceOffer(): Promise<Schemas["VoiceOffer"]> {
  offered ??= data(api.GET("/api/v1/voice")).catch((error: unknown) => {
    offered = null;
    throw error;
  });
  return offered;
}

/** Nothing, or not all of it, came of it; the sentence says why. */
export class VoiceFailed extends Error {}

/** Why an interaction failed, for people. */
export function faultWords(code: string | null): string {
  const voice = voiceText();
  const { refusals } = text();
  return voice.faults[code ?? ""] ?? refusals.codes[code ?? ""] ?? voice.failed;
}

/** Has the server turn a recording into text; tells each piece as it is heard, and gives all of it. */
export async function hear(project: string, recording: File, tell: (words: string) => void): Promise<string> {
  const form = new FormData();
  form.set("projectId", project);
  form.set("file", recording);
  const request = new Request(new URL("/api/v1/voice/transcriptions", location.origin), {
    method: "POST",
    body: form,
    headers: { accept: "text/event-stream" },
  });
  const response = await authorized(request);
  if (!response.ok || response.body === null) throw await refusal(response);
  for await (const { event, data: said } of serverSent(response.body)) {
    if (event === "delta") tell((JSON.parse(said) as { text: string }).text);
    if (event !== "end") continue;
    const end = JSON.parse(said) as VoiceInteraction;
    if (end.status === "FAILED") throw new VoiceFailed(faultWords(end.error));
    return end.text ?? "";
  }
  throw new VoiceFailed(faultWords("interrupted"));
}
