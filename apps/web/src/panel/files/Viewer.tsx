import { Download } from "lucide-react";

import { useFile } from "../../project/files/pictures.ts";
import { useGraph } from "../../project/project.ts";
import { useCanvas, type Attachment } from "../../project/ui-state.ts";
import { useText } from "../../text/index.ts";
import { Spinner } from "../../ui/Spinner.tsx";
import styles from "./Files.module.css";
import { LinkHead } from "./LinkHead.tsx";
import { Pages } from "./Pages.tsx";
import { Picture } from "./Picture.tsx";

/** What a file holds, and the way to have it. */
export function Viewer({ file: opened }: { file: Attachment }) {
  const file = useAsItIs(opened);
  return (
    <div className={styles.viewer}>
      <Content file={file} />
      {file.type !== "LINK" && <Save file={file} />}
    </div>
  );
}

/** A file as it is at its node now: what it shows may have been said, and a link read again. */
function useAsItIs(file: Attachment): Attachment {
  const node = useCanvas((ui) => ui.filePlace?.node);
  const { nodes } = useGraph();
  const files = node == null ? undefined : nodes.get(node)?.attachments;
  return files?.find(({ mediaId }) => mediaId === file.mediaId) ?? file;
}

function Content({ file }: { file: Attachment }) {
  switch (file.type) {
    case "IMAGE":
      return <Picture file={file} />;
    case "AUDIO":
    case "VIDEO":
      return <Played file={file} />;
    case "DOCUMENT":
      return <Pages file={file} />;
    case "LINK":
      return (
        <>
          <LinkHead file={file} />
          <Pages file={file} />
        </>
      );
  }
}

function Played({ file }: { file: Attachment }) {
  const address = useFile(file.mediaId, "content");
  if (address === null) return <Spinner />;
  return file.type === "AUDIO" ? (
    <audio src={address} controls aria-label={file.name} />
  ) : (
    <video src={address} controls aria-label={file.name} />
  );
}

function Save({ file }: { file: Attachment }) {
  const { files } = useText();
  const address = useFile(file.mediaId, "content");
  return (
    <p className={styles.actions}>
      {address !== null && (
        <a href={address} download={file.name}>
          <Download aria-hidden /> {files.save}
        </a>
      )}
    </p>
  );
}
