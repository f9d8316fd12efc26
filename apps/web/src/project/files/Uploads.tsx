import { Pause, Play, RotateCw, X } from "lucide-react";

import { useText } from "../../text/index.ts";
import { IconButton } from "../../ui/Button.tsx";
import { explained } from "../../ui/toasts.ts";
import { useUploads, type Upload } from "./uploads.ts";
import styles from "./Uploads.module.css";

/** Files on their way, at the edge of the page. */
export function Uploads() {
  const uploads = useUploads();
  const { files } = useText();
  if (uploads.length === 0) return null;
  return (
    <ul className={styles.list} aria-label={files.uploads} data-uploads>
      {uploads.map((upload) => (
        <Line key={upload.id} upload={upload} />
      ))}
    </ul>
  );
}

function Line({ upload }: { upload: Upload }) {
  const { files } = useText();
  const { name, part, state, error, stop } = upload;
  const turn = useTurn(upload);
  return (
    <li className={styles.line} data-state={state}>
      <span className={styles.name}>{name}</span>
      {state !== "failed" && (
        <progress
          // How long reading takes nobody knows.
          value={state === "reading" ? undefined : part}
          aria-label={state === "reading" ? files.reading : files.sending(name)}
        />
      )}
      {(state === "failed" || state === "broken") && (
        <span className={styles.why} role="alert">
          {explained(error)}
        </span>
      )}
      {state === "paused" && (
        <span className={styles.why} role="status">
          {files.paused}
        </span>
      )}
      {turn !== null && <IconButton size="small" {...turn} />}
      <IconButton size="small" label={files.stop(name)} icon={<X aria-hidden />} onClick={stop} />
    </li>
  );
}

/** What the one button beside it does, which stays in its place so that it keeps the focus. */
function useTurn({ name, state, pause, goOn }: Upload) {
  const { files } = useText();
  switch (state) {
    case "sending":
      return pause === undefined ? null : { label: files.pause(name), icon: <Pause aria-hidden />, onClick: pause };
    case "paused":
      return { label: files.goOn(name), icon: <Play aria-hidden />, onClick: goOn };
    case "broken":
    case "failed":
      return { label: files.again(name), icon: <RotateCw aria-hidden />, onClick: goOn };
    case "reading":
      return null;
  }
}
