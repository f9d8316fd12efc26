import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { api, data, type Schemas } from "../../api/client.ts";
import { useProject } from "../project.ts";
import { ReadingSoon } from "../reading-soon.ts";

export type MediaView = Schemas["MediaView"];

/** What the server knows of a file. */
export const mediaKey = (media: string) => ["media", media, "view"] as const;
export const pagesKey = (media: string) => ["media", media, "pages"] as const;
const thumbnailKey = (media: string) => ["media", media, "thumbnail"] as const;

/** What is known of a file; only links change, and it is said when they do. */
export const useMedia = (media: string, isWanted = true) =>
  useQuery({
    queryKey: mediaKey(media),
    queryFn: () => data(api.GET("/api/v1/media/{media_id}", { params: { path: { media_id: media } } })),
    staleTime: Number.POSITIVE_INFINITY,
    enabled: isWanted,
  });

/** Has what was read about files read again when the log says that it changed. Used once on a page. */
export function useFileNews(): void {
  const project = useProject();
  const queries = useQueryClient();
  useEffect(() => {
    const soon = new ReadingSoon(queries);
    const stop = project.onEvent((event) => {
      if (event.op !== "media.update") return;
      const { id } = event.data as { id: string };
      soon.mark(mediaKey(id), pagesKey(id), thumbnailKey(id));
    });
    return () => {
      stop();
      soon.stop();
    };
  }, [project, queries]);
}
