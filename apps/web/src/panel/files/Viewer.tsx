import { useQuery } from "@tanstack/react-query";
import { Download } from "lucide-react";

import { api, data } from "../../api/client.ts";
import { useFile } from "../../project/files/pictures.ts";
import type { Attachment } from "../../project/ui-state.ts";
import { useText } from "../../text/index.ts";
import { Spinner } from "../../ui/Spinner.tsx";
import { explained } from "../../ui/toasts.ts";
import { Soft } from "../parts/Parts.tsx";
import styles from "./Files.module.css";

/** What a file holds, and the way to have it. */
export function Viewer({ file }: { file: Attachment }) {
  return (
    <div className={styles.viewer}>
      <Content file={file} />
      <Save file={file} />
    </div>
  );
}

function Content({ file }: { file: Attachment }) {
  switch (file.type) {
    case "IMAGE":
      return <Picture file={file} />;
    case "AUDIO":
    case "VIDEO":
      return <Played file={file} />;
    case "DOCUMENT":
    case "LINK":
      return <Pages file={file} />;
  }
}

function Picture({ file }: { file: Attachment }) {
  const address = useFile(file.mediaId, "content");
  return address === null ? <Spinner /> : <img src={address} alt={file.alt ?? file.name} />;
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

function Pages({ file }: { file: Attachment }) {
  const { files } = useText();
  const pages = useQuery({
    queryKey: ["media", file.mediaId, "pages"],
    queryFn: () => data(api.GET("/api/v1/media/{media_id}/pages", { params: { path: { media_id: file.mediaId } } })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (pages.isPending) return <Spinner />;
  if (pages.isError) return <Soft>{explained(pages.error)}</Soft>;
  if (pages.data.length === 0) return <Soft>{files.noText}</Soft>;
  return pages.data.map(({ page, heading, text }) => (
    <section key={page} className={styles.page}>
      {pages.data.length > 1 && (
        <h4>
          {files.page(page)}
          {heading !== null && ` · ${heading}`}
        </h4>
      )}
      <p>{text}</p>
    </section>
  ));
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
