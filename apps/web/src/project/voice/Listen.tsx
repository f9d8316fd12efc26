import { Pause, Play, Square, Volume2 } from "lucide-react";
import { useEffect } from "react";

import { useVoiceText } from "../../text/voice.ts";
import { IconButton } from "../../ui/Button.tsx";
import { Spinner } from "../../ui/Spinner.tsx";
import { useGraph } from "../project.ts";
import { useMay } from "../use-rights.ts";
import { listen, pauseReading, resumeReading, stopReading, usePlaying } from "./playing.ts";

/** Reads an answer aloud. */
export function Listen({ node }: { node: string }) {
  const voice = useVoiceText();
  const may = useMay("runs:run");
  const { id: project } = useGraph().project;
  const state = usePlaying(node);
  // What is no longer shown is no longer read.
  useEffect(() => () => stopReading(node), [node]);
  if (!may) return null;
  const [label, icon, act] =
    state === "playing"
      ? [voice.pause, <Pause key="pause" aria-hidden />, pauseReading]
      : state === "paused"
        ? [voice.resume, <Play key="resume" aria-hidden />, resumeReading]
        : state === "asked"
          ? [voice.preparing, <Spinner key="asked" />, stopReading]
          : [voice.listen, <Volume2 key="listen" aria-hidden />, () => void listen(project, node)];
  return (
    <>
      <IconButton
        size="small"
        label={label}
        icon={icon}
        onClick={() => {
          act();
        }}
      />
      {state !== null && (
        <IconButton
          size="small"
          label={voice.stopReading}
          icon={<Square aria-hidden />}
          onClick={() => stopReading(node)}
        />
      )}
      <span className="visually-hidden" role="status">
        {state === "asked" && voice.preparing}
      </span>
    </>
  );
}
