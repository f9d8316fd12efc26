/** Something that is being said, until it is stopped. */
export interface Recording {
  /** How loud it is now, from 0 to 1. */
  level(): number;
  /** Ends it; the recording as a file. */
  stop(): Promise<File>;
  discard(): void;
}

/** What browsers record, the smallest first, and how such files are called. */
const KINDS = [
  ["audio/webm;codecs=opus", "weba"],
  ["audio/ogg;codecs=opus", "ogg"],
  ["audio/mp4", "m4a"],
] as const;
/** Words need no more. */
const BITS_PER_SECOND = 32_000;

/** This browser cannot, or not on this page. */
export class CannotRecord extends Error {}

/** Asks for the microphone and begins; it is given back when the recording ends. */
export async function record(name: string): Promise<Recording> {
  // Pages without a secure connection have none of this, whatever the types say.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (devices === undefined || !("MediaRecorder" in globalThis)) throw new CannotRecord();
  const kind = KINDS.find(([type]) => MediaRecorder.isTypeSupported(type));
  if (kind === undefined) throw new CannotRecord();
  const [mimeType, ending] = kind;
  const microphone = await devices.getUserMedia({ audio: { echoCancellation: true, noiseSuppression: true } });
  const recorder = new MediaRecorder(microphone, { mimeType, audioBitsPerSecond: BITS_PER_SECOND });
  const pieces: Blob[] = [];
  recorder.addEventListener("dataavailable", ({ data }) => pieces.push(data));
  const ended = new Promise<void>((resolve) => {
    recorder.addEventListener("stop", () => resolve(), { once: true });
  });
  const meter = listenTo(microphone);
  const giveBack = () => {
    meter.close();
    for (const track of microphone.getTracks()) track.stop();
  };
  const end = async () => {
    if (recorder.state !== "inactive") recorder.stop();
    await ended;
    giveBack();
  };
  recorder.start();
  return {
    level: meter.level,
    discard: () => void end(),
    stop: async () => {
      await end();
      return new File(pieces, `${name}.${ending}`, { type: mimeType.split(";")[0] ?? "" });
    },
  };
}

/** How loud a microphone is. */
function listenTo(microphone: MediaStream): { level: () => number; close: () => void } {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(microphone).connect(analyser);
  const wave = new Float32Array(analyser.fftSize);
  return {
    level: () => {
      analyser.getFloatTimeDomainData(wave);
      const power = wave.reduce((sum, value) => sum + value * value, 0) / wave.length;
      // Speech is quiet compared with what a microphone can take.
      return Math.min(1, Math.sqrt(power) * 4);
    },
    close: () => void context.close(),
  };
}
