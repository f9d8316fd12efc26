import { FileAudio, FileText, FileVideo, Link as LinkIcon } from "lucide-react";

import type { Attachment } from "../ui-state.ts";
import { useMedia } from "./media.ts";
import { useFile } from "./pictures.ts";
import styles from "./Thumb.module.css";

const ICONS = { DOCUMENT: FileText, AUDIO: FileAudio, VIDEO: FileVideo, LINK: LinkIcon } as const;

/** A file in small: a picture as it is, anything else by its kind and name. */
export function Thumb({ file }: { file: Attachment }) {
  if (file.type === "IMAGE") return <Picture file={file} />;
  if (file.type === "LINK") return <Link file={file} />;
  return <Named file={file} />;
}

function Named({ file }: { file: Attachment }) {
  const Icon = ICONS[file.type === "IMAGE" ? "DOCUMENT" : file.type];
  return (
    <span className={styles.named} title={file.name}>
      <Icon aria-hidden />
      <span>{file.name}</span>
    </span>
  );
}

/** A page with the picture that it says it has, which is kept by the server. */
function Link({ file }: { file: Attachment }) {
  const isPictured = useMedia(file.mediaId).data?.hasThumbnail === true;
  const address = useFile(file.mediaId, "thumbnail", isPictured);
  if (address === null) return <Named file={file} />;
  return (
    <span className={styles.linked}>
      <img className={styles.picture} src={address} alt="" draggable={false} />
      <Named file={file} />
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
