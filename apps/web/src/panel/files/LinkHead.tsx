import { ExternalLink, RotateCw } from "lucide-react";
import { useState } from "react";

import { api, data } from "../../api/client.ts";
import { useFile } from "../../project/files/pictures.ts";
import { useMedia } from "../../project/files/media.ts";
import type { Attachment } from "../../project/ui-state.ts";
import { useMay } from "../../project/use-rights.ts";
import { useText } from "../../text/index.ts";
import { useViewing } from "../../text/viewing.ts";
import { Button } from "../../ui/Button.tsx";
import { sayFailed } from "../../ui/toasts.ts";
import { Soft } from "../parts/Parts.tsx";
import styles from "./Files.module.css";

/** What a link leads to, how reading it went, and the way there. */
export function LinkHead({ file }: { file: Attachment }) {
  const viewing = useViewing();
  const { data: link } = useMedia(file.mediaId);
  const address = useFile(file.mediaId, "thumbnail", link?.hasThumbnail === true);
  if (link === undefined) return null;
  return (
    <div className={styles.link}>
      {address !== null && <img src={address} alt="" />}
      {link.metadata.description !== undefined && <p>{link.metadata.description}</p>}
      {link.error !== null && <p role="alert">{viewing.faults[link.error]}</p>}
      <p className={styles.actions}>
        {link.url !== null && (
          <a href={link.url} target="_blank" rel="noopener noreferrer nofollow">
            <ExternalLink aria-hidden /> {new URL(link.url).host}
          </a>
        )}
        <ReadAgain
          media={file.mediaId}
          isReading={link.processingStatus === "PENDING" || link.processingStatus === "PROCESSING"}
        />
      </p>
    </div>
  );
}

function ReadAgain({ media, isReading }: { media: string; isReading: boolean }) {
  const { files } = useText();
  const viewing = useViewing();
  const may = useMay("media:write");
  const [isBusy, setBusy] = useState(false);
  if (!may) return null;
  const again = async () => {
    setBusy(true);
    try {
      await data(api.POST("/api/v1/media/{media_id}/refresh", { params: { path: { media_id: media } } }));
    } catch (error) {
      sayFailed(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Button size="small" look="quiet" busy={isBusy || isReading} onClick={() => void again()}>
        <RotateCw aria-hidden /> {viewing.readAgain}
      </Button>
      {isReading && <Soft>{files.reading}</Soft>}
    </>
  );
}
