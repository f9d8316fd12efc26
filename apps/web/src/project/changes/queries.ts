import {
  useInfiniteQuery,
  useMutation,
  useQueries,
  useQuery,
  useQueryClient,
  type QueryKey,
} from "@tanstack/react-query";

import { api, data, type Schemas } from "../../api/client.ts";
import { readAgain } from "../../api/read-again.ts";
import { sayFailed } from "../../ui/toasts.ts";
import { useAccess, useProject } from "../project.ts";
import { useMay } from "../use-rights.ts";

export type ChangeSet = Schemas["ChangeSetView"];
export type SetWithItems = Schemas["ChangeSetWithItems"];
export type Item = Schemas["ItemView"];
export type Done = Schemas["ChangeSetDone"];
export type Decision = "accept" | "reject" | "revert";

/** The window that lists all of them. */
export const CHANGES_WINDOW = "changes";

/** What is read about the change sets of one project; all of it begins with the same key. */
export const changeKeys = {
  all: (project: string): QueryKey => ["projects", project, "changesets"],
  list: (project: string): QueryKey => [...changeKeys.all(project), "list"],
  /** The sets that hold proposals which wait. */
  open: (project: string): QueryKey => [...changeKeys.all(project), "open"],
  items: (project: string, set: string): QueryKey => [...changeKeys.all(project), "one", set],
};

/** As many as the server gives at once. */
const PAGE_MAX = 200;
/** Proposals are looked for among so many pages of the newest sets. Older ones are found in the list. */
const PAGES_MAX = 5;

/** The newest first. */
export function useChangeSets() {
  const { project } = useProject();
  return useInfiniteQuery({
    queryKey: changeKeys.list(project),
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

const itemsOf = (project: string, set: string) => ({
  queryKey: changeKeys.items(project, set),
  queryFn: ({ signal }: { signal: AbortSignal }) =>
    data(
      api.GET("/api/v1/projects/{project_id}/changesets/{changeset_id}", {
        params: { path: { project_id: project, changeset_id: set } },
        signal,
      }),
    ),
  staleTime: 0,
});

export function useItems(set: string) {
  const { project } = useProject();
  return useQuery(itemsOf(project, set));
}

/** The sets whose proposals wait, with all of their items, the oldest first. */
export function useProposals(): readonly SetWithItems[] {
  const { project } = useProject();
  const { isGuest } = useAccess();
  const open = useQuery({
    queryKey: changeKeys.open(project),
    enabled: useMay("members:read") && !isGuest,
    queryFn: ({ signal }) => openSets(project, signal),
  });
  return useQueries({
    queries: (open.data ?? NO_SETS).map(({ id }) => itemsOf(project, id)),
    combine: loaded,
  });
}

const NO_SETS: readonly ChangeSet[] = [];
const loaded = (results: readonly { data?: SetWithItems | undefined }[]): readonly SetWithItems[] =>
  results.flatMap(({ data: set }) => (set === undefined ? [] : [set]));

async function openSets(project_id: string, signal: AbortSignal): Promise<ChangeSet[]> {
  const found: ChangeSet[] = [];
  let cursor: string | null = null;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const query = { limit: PAGE_MAX, ...(cursor !== null && { cursor }) };
    const page: Schemas["Page_ChangeSetView"] = await data(
      api.GET("/api/v1/projects/{project_id}/changesets", { signal, params: { path: { project_id }, query } }),
    );
    found.push(...page.items.filter(({ mode, state }) => mode === "PROPOSE" && state === "PROPOSED"));
    cursor = page.nextCursor ?? null;
    if (cursor === null) break;
  }
  return found.toReversed();
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
export function useDecide(set: string, onDone: (done: Done) => void = () => undefined) {
  const { project } = useProject();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ how, items }: Decided) => data(api.POST(PATHS[how], asked(project, set, items))),
    onError: sayFailed,
    onSuccess: onDone,
    onSettled: () => readAgain(queries, changeKeys.all(project)),
  });
}
