import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { api, data } from "../../api/client.ts";
import { readAgain } from "../../api/read-again.ts";
import { connection } from "../../session/connection.ts";
import { sayFailed } from "../../ui/toasts.ts";
import type { Group } from "./groups.ts";
import { take } from "./count.ts";

/** Everything that is read of notifications begins with this key. */
const NOTICES = ["notifications"] as const;
const PAGE = 50;

/** One's notifications, the latest first; of one project, if one is chosen. */
export const useNotices = (project: string) =>
  useInfiniteQuery({
    queryKey: [...NOTICES, project],
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam: cursor, signal }) => {
      const query = { limit: PAGE, ...(project !== "" && { project }), ...(cursor !== undefined && { cursor }) };
      const page = await data(api.GET("/api/v1/notifications", { params: { query }, signal }));
      take(page);
      return page;
    },
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
  });

/** What is shown is read again when something comes, or was read on another device. */
export function useNoticesNews(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const again = () => void readAgain(queries, NOTICES);
    const stops = [connection.onNotification(again), connection.onUnread(again)];
    return () => stops.forEach((stop) => stop());
  }, [queries]);
}

/** Notes that all of a group is read. */
export function useReading() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ all }: Group) => {
      for (const { id, read } of all) {
        if (read) continue;
        const path = { notification_id: id };
        take(await data(api.POST("/api/v1/notifications/{notification_id}/read", { params: { path } })));
      }
    },
    onSuccess: () => readAgain(queries, NOTICES),
    onError: sayFailed,
  });
}

/** Notes that everything is read, or everything of a project. */
export function useReadingAll() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (project: string) => {
      const body = project === "" ? {} : { projectId: project };
      take(await data(api.POST("/api/v1/notifications/read-all", { body })));
    },
    onSuccess: () => readAgain(queries, NOTICES),
    onError: sayFailed,
  });
}
