import { useInfiniteQuery, useMutation } from "@tanstack/react-query";

import { api, type Schemas } from "../../api/client.ts";
import { sayFailed } from "../../ui/toasts.ts";
import { save } from "../../ui/save.ts";
import type { Narrowed } from "./narrowing.ts";

export type AuditRecord = Schemas["AuditRecord"];

/** What is read: one's own, a project's, or everybody's. */
export type Whose = { project: string } | "own" | "all";

const FIRST: { cursor?: string } = {};

/** The newest first. */
export function useRecords(whose: Whose, narrowed: Narrowed) {
  return useInfiniteQuery({
    queryKey: ["activity", whose, narrowed],
    queryFn: ({ pageParam, signal }) => read(whose, { ...narrowed, ...pageParam }, signal),
    initialPageParam: FIRST,
    getNextPageParam: ({ nextCursor }) => (typeof nextCursor === "string" ? { cursor: nextCursor } : undefined),
    select: ({ pages }) => pages.flatMap(({ items }) => items),
  });
}

interface Page {
  items: AuditRecord[];
  nextCursor?: string | null;
}

type Asked = Narrowed & { cursor?: string };

async function read(whose: Whose, query: Asked, signal: AbortSignal): Promise<Page> {
  // Refusals are thrown before, and a table comes only where it is asked for.
  return (await get(whose, query, { signal })) as Page;
}

/** What the server answers, in the form that it is asked for. */
async function get(whose: Whose, query: Asked, how: object): Promise<unknown> {
  if (whose === "all") return (await api.GET("/api/v1/audit", { ...how, params: { query } })).data;
  if (whose === "own") return (await api.GET("/api/v1/users/me/audit", { ...how, params: { query } })).data;
  const path = { project_id: whose.project };
  return (await api.GET("/api/v1/projects/{project_id}/audit", { ...how, params: { path, query } })).data;
}

/** Everything that matches, as a file. */
export function useExport(whose: Whose, narrowed: Narrowed) {
  return useMutation({
    mutationFn: async () => {
      const table = { headers: { accept: "text/csv" }, parseAs: "blob" as const };
      // Refusals are thrown before.
      save((await get(whose, narrowed, table)) as Blob, "audit.csv");
    },
    onError: sayFailed,
  });
}
