import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, data, type Schemas } from "../../api/client.ts";
import { readAgain } from "../../api/read-again.ts";
import type { ProjectView } from "../../sync/index.ts";
import type { View } from "./places.ts";

export type Project = ProjectView;

/** Every list of projects begins with this key. */
export const PROJECTS = ["projects"] as const;
const FIRST: { cursor?: string } = {};

/** The projects of one view whose name or description has `q` in it, those changed last first. */
export function useProjects(view: View, q: string) {
  return useInfiniteQuery({
    queryKey: [...PROJECTS, view, q],
    queryFn: ({ pageParam, signal }) =>
      data(api.GET("/api/v1/projects", { signal, params: { query: { ...asked(view, q), ...pageParam } } })),
    initialPageParam: FIRST,
    getNextPageParam: ({ nextCursor }) => (typeof nextCursor === "string" ? { cursor: nextCursor } : undefined),
    select: ({ pages }) =>
      pages.flatMap(({ items }) => items).filter(({ role }) => view !== "shared" || role !== "OWNER"),
  });
}

function asked(view: View, q: string): { q?: string; owned?: boolean; trashed?: boolean } {
  return {
    ...(q !== "" && { q }),
    ...(view === "mine" && { owned: true }),
    ...(view === "trash" && { trashed: true }),
  };
}

/** What a new project can begin with, in a language of the program. */
export function useTemplates(language: Schemas["Language"], wanted: boolean) {
  return useQuery({
    queryKey: ["templates", language],
    queryFn: ({ signal }) => data(api.GET("/api/v1/templates", { signal, params: { query: { language } } })),
    select: ({ items }) => items,
    enabled: wanted,
    staleTime: Infinity,
  });
}

/** The public projects that everybody may find, those changed last first. */
export function useListed(q: string) {
  return useInfiniteQuery({
    queryKey: ["listed", q],
    queryFn: ({ pageParam, signal }) =>
      data(api.GET("/api/v1/public/projects", { signal, params: { query: { ...(q !== "" && { q }), ...pageParam } } })),
    initialPageParam: FIRST,
    getNextPageParam: ({ nextCursor }) => (typeof nextCursor === "string" ? { cursor: nextCursor } : undefined),
    select: ({ pages }) => pages.flatMap(({ items }) => items),
  });
}

/**
 * A change after which the lists are read again; what it waits for includes that, so that nothing is shown too early.
 * Forms show themselves why it failed, everything else says so with `onError`.
 */
export function useProjectChange<I, O>(
  change: (input: I) => Promise<O>,
  onDone: (output: O, input: I) => void,
  onError: (error: unknown) => void = () => undefined,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: change,
    onError,
    onSuccess: async (output: O, input: I) => {
      await readAgain(queries, PROJECTS);
      onDone(output, input);
    },
  });
}

const at = (id: string) => ({ params: { path: { project_id: id } } });

export const create = (body: Schemas["CreateProject"]) => data(api.POST("/api/v1/projects", { body }));
export const duplicate = ({ id, name }: { id: string; name: string }) =>
  data(api.POST("/api/v1/projects/{project_id}/duplicate", { ...at(id), body: { name } }));
interface Exported {
  readonly project: Project;
  readonly format: "markdown" | "json";
  readonly language: Schemas["Language"];
}

export async function exported({ project, format, language }: Exported): Promise<Blob> {
  const answer = await api.GET("/api/v1/projects/{project_id}/export", {
    params: { ...at(project.id).params, query: { format, language } },
    parseAs: "blob",
  });
  // Refusals are thrown before.
  return answer.data as unknown as Blob;
}

export const rename = ({ id, ...body }: { id: string; name: string; description: string | null }) =>
  data(api.PATCH("/api/v1/projects/{project_id}", { ...at(id), body }));
export const trash = ({ id }: Project) => data(api.DELETE("/api/v1/projects/{project_id}", at(id)));
export const restore = ({ id }: Project) => data(api.POST("/api/v1/projects/{project_id}/restore", at(id)));
export const leave = ({ project, user }: { project: Project; user: string }) =>
  data(
    api.DELETE("/api/v1/projects/{project_id}/members/{user_id}", {
      params: { path: { project_id: project.id, user_id: user } },
    }),
  );
