import { createStore } from "zustand/vanilla";
import { useStore } from "zustand";

import { api, data } from "../../api/client.ts";
import { Refused } from "../../api/problem.ts";
import { voiceText } from "../../text/voice.ts";
import { explained, explainOnly } from "../../ui/toasts.ts";
import { faultWords, VoiceFailed, voiceOffer } from "./hearing.ts";

/** The answer that is read aloud; of all of them one at a time. */
interface Playing {
  readonly node: string;
  readonly state: "asked" | "playing" | "paused";
}

const playing = createStore<{ now: Playing | null }>(() => ({ now: null }));
let sound: HTMLAudioElement | null = null;

export const usePlaying = (node: string): Playing["state"] | null =>
  useStore(playing, ({ now }) => (now?.node === node ? now.state : null));

const isOf = (node: string) => playing.getState().now?.node === node;

/** Has an answer read aloud, in place of what was read before. */
export async function listen(project: string, node: string): Promise<void> {
  stopReading();
  const own = new Audio();
  sound = own;
  playing.setState({ now: { node, state: "asked" } });
  const isCurrent = () => sound === own;
  try {
    const { id, audioUrl } = await asked(project, node);
    if (!isCurrent()) return;
    const change = (state: Playing["state"]) => isCurrent() && playing.setState({ now: { node, state } });
    own.addEventListener("playing", () => change("playing"));
    own.addEventListener("pause", () => change("paused"));
    own.addEventListener("ended", () => isCurrent() && stopReading());
    own.addEventListener("error", () => isCurrent() && void failed(id));
    own.src = audioUrl ?? "";
    await own.play();
  } catch (error) {
    if (!isCurrent()) return;
    // Some browsers want to be told by hand that they may make a sound: it waits for that.
    const waits = error instanceof DOMException && error.name === "NotAllowedError";
    if (waits) playing.setState({ now: { node, state: "paused" } });
    // The player tells its own errors above.
    if (error instanceof DOMException) return;
    stopReading();
    explainOnly(error instanceof VoiceFailed ? error.message : explained(error));
  }
}

async function asked(project: string, nodeId: string) {
  const { speechModel, speechCharsMax } = await voiceOffer();
  if (speechModel === null) throw new VoiceFailed(voiceText().noReader);
  try {
    return await data(api.POST("/api/v1/voice/speech", { body: { projectId: project, nodeId } }));
  } catch (error) {
    // Of what is sent, only its length can be wrong.
    const isTooLong = error instanceof Refused && error.code === "invalid";
    throw isTooLong ? new VoiceFailed(voiceText().answerTooLong(speechCharsMax)) : error;
  }
}

/** The player knows that there is no sound, and the server why. */
async function failed(id: string): Promise<void> {
  stopReading();
  try {
    const params = { path: { voice_id: id } };
    const { error } = await data(api.GET("/api/v1/voice/{voice_id}", { params }));
    explainOnly(faultWords(error));
  } catch (error) {
    explainOnly(explained(error));
  }
}

export function pauseReading(): void {
  sound?.pause();
}

export function resumeReading(): void {
  void sound?.play().catch(() => undefined);
}

export function stopReading(node?: string): void {
  if (node !== undefined && !isOf(node)) return;
  const before = sound;
  sound = null;
  playing.setState({ now: null });
  if (before === null) return;
  before.pause();
  // Nothing more is fetched of it.
  before.removeAttribute("src");
  before.load();
}
