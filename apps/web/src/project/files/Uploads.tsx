import { RotateCw, X } from "lucide-react";

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

function Line({ upload: { name, part, state, error, stop, again } }: { upload: Upload }) {
  const { files } = useText();
  return (
    <li className={styles.line} data-state={state}>
      <span className={styles.name}>{name}</span>
      {state === "failed" ? (
        <span role="alert">{explained(error)}</span>
      ) : (
        <progress value={part} aria-label={state === "reading" ? files.reading : files.sending(name)} />
      )}
      {state === "failed" && (
        <IconButton size="small" label={files.again(name)} icon={<RotateCw aria-hidden />} onClick={again} />
      )}
      <IconButton size="small" label={files.stop(name)} icon={<X aria-hidden />} onClick={stop} />
    </li>
  );
}
