import { useQuery } from "@tanstack/react-query";

import { api, data } from "../../api/client.ts";
import { pagesKey } from "./media.ts";
import { Thumb } from "./Thumb.tsx";
import type { Attachment } from "../ui-state.ts";
import styles from "./NodeFiles.module.css";

/** More than this is not seen on a card. */
const LETTERS_MAX = 1_000;

/** A document by its name and by what stands on its first page. */
export function FirstPage({ file }: { file: Attachment }) {
  const pages = useQuery({
    queryKey: [...pagesKey(file.mediaId), 1],
    queryFn: () =>
      data(
        api.GET("/api/v1/media/{media_id}/pages", {
          params: { path: { media_id: file.mediaId }, query: { page: 1 } },
        }),
      ),
    staleTime: Number.POSITIVE_INFINITY,
    // The server has not said yet what it is.
    enabled: file.sha256 !== "",
  });
  const text = pages.data?.[0]?.text ?? "";
  return (
    <span className={styles.page}>
      <Thumb file={file} />
      <span className={styles.words}>{text.slice(0, LETTERS_MAX)}</span>
    </span>
  );
}
