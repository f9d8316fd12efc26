import { Crop } from "lucide-react";
import { useState } from "react";

import { api, data } from "../../api/client.ts";
import { useFile } from "../../project/files/pictures.ts";
import { useProject } from "../../project/project.ts";
import { useCanvas, type Attachment } from "../../project/ui-state.ts";
import { useMay } from "../../project/use-rights.ts";
import { useText } from "../../text/index.ts";
import { useViewing } from "../../text/viewing.ts";
import { Button } from "../../ui/Button.tsx";
import { TextArea } from "../../ui/Field.tsx";
import { Spinner } from "../../ui/Spinner.tsx";
import { sayFailed } from "../../ui/toasts.ts";
import { Cropper } from "./Cropper.tsx";
import styles from "./Files.module.css";

/** As many as the server takes. */
const ALT_CHARS_MAX = 2_000;

/** A picture as it is, what it shows, and the way to a part of it. */
export function Picture({ file }: { file: Attachment }) {
  const viewing = useViewing();
  const address = useFile(file.mediaId, "content");
  const node = useCanvas((ui) => ui.filePlace?.node ?? null);
  const mayAdd = useMay("media:write");
  const mayWrite = useMay("graph:write");
  const [isCropping, setCropping] = useState(false);
  if (address === null) return <Spinner />;
  if (isCropping && node !== null) {
    return <Cropper file={file} node={node} address={address} onClose={() => setCropping(false)} />;
  }
  return (
    <>
      <img src={address} alt={file.alt ?? file.name} />
      {mayAdd && mayWrite && (
        <>
          {node !== null && (
            <Button size="small" look="quiet" onClick={() => setCropping(true)}>
              <Crop aria-hidden /> {viewing.crop}
            </Button>
          )}
          <Alt key={file.mediaId} file={file} />
        </>
      )}
    </>
  );
}

/** What a picture shows, in words. */
function Alt({ file }: { file: Attachment }) {
  const { common } = useText();
  const viewing = useViewing();
  const project = useProject();
  const [kept, setKept] = useState(file.alt ?? "");
  const [text, setText] = useState(kept);
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      const path = { media_id: file.mediaId };
      await data(api.PATCH("/api/v1/media/{media_id}", { params: { path }, body: { alt: text.trim() } }));
      setKept(text);
      // What was said when it was attached is what models are told, so it is attached anew.
      for (const node of project.graph()?.nodes.values() ?? []) {
        const own = node.attachments?.find(({ mediaId }) => mediaId === file.mediaId);
        if (own === undefined) continue;
        const { mediaId, policy, pages } = own;
        project.submit("node.attach", { id: node.id, mediaId, policy, ...(pages === undefined ? {} : { pages }) });
      }
    } catch (error) {
      sayFailed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form
      className={styles.alt}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextArea
        label={viewing.alt}
        hint={viewing.altHint}
        rows={2}
        maxLength={ALT_CHARS_MAX}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <Button type="submit" size="small" busy={isBusy} disabled={text === kept}>
        {common.save}
      </Button>
    </form>
  );
}
