import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { api, data, type Schemas } from "../../api/client.ts";
import { onBecomingLive } from "../becoming-live.ts";
import { partsOf } from "../events.ts";
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

/** The files that an event changes. */
export const changedBy = (event: Parameters<typeof partsOf>[0]): readonly string[] =>
  partsOf(event).flatMap((part) => (part.op === "media.update" ? [part.data.id] : []));

/** The links that were read, which alone are not for ever what they were. */
export const linksIn = (queries: QueryClient): readonly string[] =>
  queries
    .getQueriesData<MediaView>({ queryKey: ["media"], predicate: ({ queryKey }) => queryKey[2] === "view" })
    .flatMap(([, view]) => (view?.type === "LINK" ? [view.id] : []));

/** Has what was read about files read again when the log says that it changed. Used once on a page. */
export function useFileNews(): void {
  const project = useProject();
  const queries = useQueryClient();
  useEffect(() => {
    const soon = new ReadingSoon(queries);
    const mark = (files: readonly string[]) => {
      for (const id of files) soon.mark(mediaKey(id), pagesKey(id), thumbnailKey(id));
    };
    const stops = [
      project.onEvent((event) => mark(changedBy(event))),
      onBecomingLive(project, () => mark(linksIn(queries))),
    ];
    return () => {
      for (const stop of stops) stop();
      soon.stop();
    };
  }, [project, queries]);
}
