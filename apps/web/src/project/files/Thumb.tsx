import { FileAudio, FileText, FileVideo, Link as LinkIcon } from "lucide-react";

import type { Attachment } from "../ui-state.ts";
import { useFile } from "./pictures.ts";
import styles from "./Thumb.module.css";

const ICONS = { DOCUMENT: FileText, AUDIO: FileAudio, VIDEO: FileVideo, LINK: LinkIcon } as const;

/** A file in small: a picture as it is, anything else by its kind and name. */
export function Thumb({ file }: { file: Attachment }) {
  if (file.type === "IMAGE") return <Picture file={file} />;
  const Icon = ICONS[file.type];
  return (
    <span className={styles.named} title={file.name}>
      <Icon aria-hidden />
      <span>{file.name}</span>
    </span>
  );
}

function Picture({ file }: { file: Attachment }) {
  const address = useFile(file.mediaId, "thumbnail");
  const name = file.alt ?? file.name;
  return address === null ? (
    <span className={styles.picture} role="img" aria-label={name} />
  ) : (
    <img className={styles.picture} src={address} alt={name} draggable={false} />
  );
}
