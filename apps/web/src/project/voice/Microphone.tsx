import { Mic, Square, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";

import { remembered, remember } from "../../remembered.ts";
import { useText } from "../../text/index.ts";
import { useVoiceText, voiceText } from "../../text/voice.ts";
import { IconButton } from "../../ui/Button.tsx";
import { Spinner } from "../../ui/Spinner.tsx";
import { explained, explainOnly } from "../../ui/toasts.ts";
import { typedAfter } from "../files/Unsent.tsx";
import { useGraph } from "../project.ts";
import { useCanvasStore, type Unsent } from "../ui-state.ts";
import { useMay } from "../use-rights.ts";
import { hear, VoiceFailed, voiceOffer } from "./hearing.ts";
import styles from "./Microphone.module.css";
import { CannotRecord, record, type Recording } from "./recorder.ts";
import { Spoken } from "./words.ts";

interface Props {
  /** The message after which is typed. */
  after: string;
  keep: (after: string, typed: Unsent) => void;
  /** Adds files to what is typed. */
  add: (files: Iterable<File>) => void;
  mayKeep: boolean;
}

const KEPT = "voice.keep";
const SECONDS_PER_MINUTE = 60;

/** Speaks what would be typed: recorded until it is stopped, then turned into text in the field, where it can be changed. */
export function Microphone({ after, keep, add, mayKeep }: Props) {
  const voice = useVoiceText();
  const may = useMay("runs:run");
  const button = useRef<HTMLButtonElement>(null);
  const store = useCanvasStore();
  const { id: project } = useGraph().project;
  const write = async (file: File) => {
    if (mayKeep && remembered(KEPT) === "yes") add([file]);
    const spoken = new Spoken();
    const change = (put: (field: string) => string) => {
      const typed = typedAfter(store, after);
      keep(after, { ...typed, text: put(typed.text) });
    };
    const all = await hear(project, file, (words) => change((field) => spoken.more(field, words)));
    if (all === "") explainOnly(voiceText().nothingHeard);
    change((field) => spoken.whole(field, all));
    // What was heard is there to be changed and asked.
    button.current?.closest("form")?.querySelector("textarea")?.focus();
  };
  const { state, begin, stop, discard } = useRecording(write);
  if (!may) return null;
  const isRecording = typeof state === "object";
  return (
    <>
      {isRecording && <Strip recording={state} onFull={stop} discard={discard} mayKeep={mayKeep} />}
      <span className="visually-hidden" role="status">
        {state === "hearing" && voice.hearing}
        {isRecording && voice.recording}
      </span>
      <IconButton
        ref={button}
        size="small"
        label={isRecording ? voice.stop : state === "hearing" ? voice.hearing : voice.speak}
        look={isRecording ? "danger" : "quiet"}
        accessibleWhenDisabled
        disabled={state === "hearing" || state === "asking"}
        icon={isRecording ? <Square aria-hidden /> : state === "hearing" ? <Spinner /> : <Mic aria-hidden />}
        onClick={isRecording ? stop : begin}
      />
    </>
  );
}

type State = "idle" | "asking" | "hearing" | Recording;

function useRecording(take: (file: File) => Promise<void>) {
  const [state, setState] = useState<State>("idle");
  const running = useRef<Recording | null>(null);
  // Whoever goes elsewhere speaks no more.
  useEffect(() => () => running.current?.discard(), []);
  const begin = async () => {
    setState("asking");
    try {
      const { transcriptionModel } = await voiceOffer();
      if (transcriptionModel === null) throw new VoiceFailed(voiceText().noEar);
      running.current = await record(voiceText().fileName);
      setState(running.current);
    } catch (error) {
      setState("idle");
      explainOnly(whyNot(error));
    }
  };
  const stop = async () => {
    const recording = running.current;
    running.current = null;
    if (recording === null) return;
    setState("hearing");
    try {
      const file = await recording.stop();
      // What ends as soon as it begins holds no sound.
      if (file.size === 0) throw new VoiceFailed(voiceText().nothingHeard);
      await take(file);
    } catch (error) {
      explainOnly(whyNot(error));
    }
    setState("idle");
  };
  const discard = () => {
    running.current?.discard();
    running.current = null;
    setState("idle");
  };
  return { state, begin: () => void begin(), stop: () => void stop(), discard };
}

function whyNot(error: unknown): string {
  const voice = voiceText();
  if (error instanceof VoiceFailed) return error.message;
  if (error instanceof CannotRecord) return voice.noRecording;
  if (!(error instanceof DOMException)) return explained(error);
  if (error.name === "NotAllowedError" || error.name === "SecurityError") return voice.notAllowed;
  return error.name === "NotFoundError" || error.name === "NotReadableError" ? voice.noMicrophone : voice.failed;
}

interface StripProps {
  recording: Recording;
  onFull: () => void;
  discard: () => void;
  mayKeep: boolean;
}

/** What goes on while somebody speaks: how long, how loud, and what becomes of it. */
function Strip({ recording, onFull, discard, mayKeep }: StripProps) {
  const voice = useVoiceText();
  const { common } = useText();
  const [keeps, setKeeps] = useState(() => remembered(KEPT) === "yes");
  const bar = useRef<HTMLSpanElement>(null);
  const seconds = useSeconds(onFull);
  useEffect(() => {
    let frame = 0;
    const draw = () => {
      bar.current?.style.setProperty("--level", recording.level().toFixed(2));
      frame = requestAnimationFrame(draw);
    };
    draw();
    return () => cancelAnimationFrame(frame);
  }, [recording]);
  const time = `${Math.floor(seconds / SECONDS_PER_MINUTE)}:${String(seconds % SECONDS_PER_MINUTE).padStart(2, "0")}`;
  return (
    <div className={styles.strip} role="group" aria-label={voice.recording}>
      <span ref={bar} className={styles.level} aria-hidden />
      <span role="timer" aria-label={voice.elapsed(time)}>
        {time}
      </span>
      {mayKeep && (
        <label>
          <input
            type="checkbox"
            checked={keeps}
            onChange={({ target }) => {
              setKeeps(target.checked);
              remember(KEPT, target.checked ? "yes" : "no");
            }}
          />
          {voice.keep}
        </label>
      )}
      <IconButton size="small" label={voice.discard} title={common.close} icon={<X aria-hidden />} onClick={discard} />
    </div>
  );
}

/** How long it was spoken; what is too long is stopped, and what was said until then is heard. */
function useSeconds(onFull: () => void): number {
  const [seconds, setSeconds] = useState(0);
  const full = useRef(onFull);
  useEffect(() => {
    full.current = onFull;
  });
  useEffect(() => {
    const begun = Date.now();
    let most = Number.POSITIVE_INFINITY;
    void voiceOffer().then(({ audioSecondsMax }) => {
      most = audioSecondsMax;
    });
    const timer = setInterval(() => {
      const now = Math.floor((Date.now() - begun) / 1_000);
      setSeconds(now);
      // The last second is room for what takes a moment.
      if (now < most - 1) return;
      clearInterval(timer);
      explainOnly(voiceText().tooLong(Math.round(most / SECONDS_PER_MINUTE)));
      full.current();
    }, 250);
    return () => clearInterval(timer);
  }, []);
  return seconds;
}
