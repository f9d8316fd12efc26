import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";

import { api, data, type Schemas } from "../../api/client.ts";
import { readAgain } from "../../api/read-again.ts";
import { useProject } from "../../project/project.ts";
import { sayFailed } from "../../ui/toasts.ts";

export type ChangeSet = Schemas["ChangeSetView"];
export type Item = Schemas["ItemView"];
export type Done = Schemas["ChangeSetDone"];
export type Decision = "accept" | "reject" | "revert";

/** Everything about the change sets of one project begins with this key. */
const changes = (project: string) => ["projects", project, "changesets"] as const;

/** The newest first. */
export function useChangeSets() {
  const { project } = useProject();
  return useInfiniteQuery({
    queryKey: [...changes(project), "list"],
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET("/api/v1/projects/{project_id}/changesets", {
          params: { path: { project_id: project }, query: pageParam === "" ? {} : { cursor: pageParam } },
          signal,
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor,
    staleTime: 0,
  });
}

export function useItems(set: string) {
  const { project } = useProject();
  return useQuery({
    queryKey: [...changes(project), set],
    queryFn: ({ signal }) =>
      data(
        api.GET("/api/v1/projects/{project_id}/changesets/{changeset_id}", {
          params: { path: { project_id: project, changeset_id: set } },
          signal,
        }),
      ),
    staleTime: 0,
  });
}

const PATHS = {
  accept: "/api/v1/projects/{project_id}/changesets/{changeset_id}/accept",
  reject: "/api/v1/projects/{project_id}/changesets/{changeset_id}/reject",
  revert: "/api/v1/projects/{project_id}/changesets/{changeset_id}/revert",
} as const satisfies Record<Decision, string>;

const asked = (project: string, set: string, items?: number[]) => ({
  params: { path: { project_id: project, changeset_id: set } },
  body: items === undefined ? {} : { items },
});

interface Decided {
  readonly how: Decision;
  /** All of them if nothing is said. */
  readonly items?: number[];
}

/** Decides about a set, or a part of it, after which all of this is read again. */
export function useDecide(set: string) {
  const { project } = useProject();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ how, items }: Decided) => data(api.POST(PATHS[how], asked(project, set, items))),
    onError: sayFailed,
    onSettled: () => readAgain(queries, changes(project)),
  });
}
