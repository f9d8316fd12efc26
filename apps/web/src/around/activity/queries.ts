import { useInfiniteQuery, useMutation } from "@tanstack/react-query";

import { api, type Schemas } from "../../api/client.ts";
import { sayFailed } from "../../ui/toasts.ts";
import { save } from "../../ui/save.ts";

export type AuditRecord = Schemas["AuditRecord"];

/** What is read: one's own, or a project's. */
export type Whose = { project: string } | "own";

const FIRST: { cursor?: string } = {};

/** The records of an action, or of all; the newest first. */
export function useRecords(whose: Whose, action: string) {
  const asked = action === "" ? {} : { action };
  return useInfiniteQuery({
    queryKey: ["activity", whose, action],
    queryFn: ({ pageParam, signal }) => read(whose, { ...asked, ...pageParam }, signal),
    initialPageParam: FIRST,
    getNextPageParam: ({ nextCursor }) => (typeof nextCursor === "string" ? { cursor: nextCursor } : undefined),
    select: ({ pages }) => pages.flatMap(({ items }) => items),
  });
}

interface Page {
  items: AuditRecord[];
  nextCursor?: string | null;
}

async function read(whose: Whose, query: { action?: string; cursor?: string }, signal: AbortSignal): Promise<Page> {
  const answer =
    whose === "own"
      ? await api.GET("/api/v1/users/me/audit", { params: { query }, signal })
      : await api.GET("/api/v1/projects/{project_id}/audit", { params: { path: at(whose), query }, signal });
  // Refusals are thrown before, and a table comes only where it is asked for.
  return answer.data as unknown as Page;
}

const at = ({ project }: { project: string }) => ({ project_id: project });

/** Everything that matches, as a file. */
export function useExport(whose: Whose, action: string) {
  return useMutation({
    mutationFn: async () => {
      const query = action === "" ? {} : { action };
      const table = { headers: { accept: "text/csv" }, parseAs: "blob" as const };
      const answer =
        whose === "own"
          ? await api.GET("/api/v1/users/me/audit", { ...table, params: { query } })
          : await api.GET("/api/v1/projects/{project_id}/audit", { ...table, params: { path: at(whose), query } });
      // Refusals are thrown before.
      save(answer.data as unknown as Blob, "audit.csv");
    },
    onError: sayFailed,
  });
}
