import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

import { api, data } from "../../api/client.ts";
import { Refused } from "../../api/problem.ts";
import type { ProjectSync } from "../../sync/index.ts";

/** A refresh that was started on this page. */
export type Refreshing =
  | { readonly is: "running"; readonly id: string; readonly ids: readonly string[] }
  | { readonly is: "ended"; readonly ran: number; readonly left: number; readonly whole: boolean };

/** Its end is an event, which is looked for in the log this often. */
const LOOK_MS = 1_000;
const EVENTS_MAX = 200;

/** By project: top bar and panel show the same, and it goes on when either is closed. */
const refreshes = createStore<Readonly<Record<string, Refreshing | undefined>>>(() => ({}));

export const useRefreshing = (project: string): Refreshing | undefined =>
  useStore(refreshes, (state) => state[project]);

/** What was said of it has been read. */
export const forget = (project: string): void => set(project, undefined);

/** Throws what the server has against it. */
export async function refresh(sync: ProjectSync, stale: readonly string[]): Promise<void> {
  const { project } = sync;
  const after = sync.seq;
  const { refresh } = await data(
    api.POST("/api/v1/projects/{project_id}/refresh", { params: { path: { project_id: project } }, body: {} }),
  );
  set(project, { is: "running", id: refresh.refresh, ids: stale });
  void follow(project, refresh.refresh, after);
}

/** What was written by then stays. Throws what the server has against it; its end is told like any other. */
export async function stop(project: string, { id }: Refreshing & { is: "running" }): Promise<void> {
  const params = { path: { project_id: project, refresh_id: id } };
  await data(api.POST("/api/v1/projects/{project_id}/refreshes/{refresh_id}/cancel", { params }));
}

async function follow(project: string, id: string, start: number): Promise<void> {
  let after = start;
  for (;;) {
    const found = await read(project, after);
    // Whoever may no longer read the project does not learn how it ended.
    const end =
      found === "refused" ? undefined : found?.map(({ op, data }) => endOf(op, data, id)).find((end) => end !== null);
    if (found === "refused" || end != null) {
      set(project, end ?? undefined);
      return;
    }
    after = found?.at(-1)?.seq ?? after;
    if (found?.length !== EVENTS_MAX) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

const set = (project: string, refreshing: Refreshing | undefined): void =>
  refreshes.setState({ [project]: refreshing });

/** Null where the server was not reached. */
async function read(project: string, after: number) {
  const params = { path: { project_id: project }, query: { after, limit: EVENTS_MAX } };
  try {
    return (await data(api.GET("/api/v1/projects/{project_id}/events", { params }))).events;
  } catch (error) {
    return error instanceof Refused && error.problem.status < 500 ? "refused" : null;
  }
}

/** Ends are told by themselves or together with that of the last answer. */
export function endOf(op: string, data: object, id: string): Refreshing | null {
  const { ops, refresh, state, ran, left } = data as Partial<
    Record<"ops" | "refresh" | "state" | "ran" | "left", unknown>
  >;
  if (op === "batch" && Array.isArray(ops)) {
    return (
      (ops as { op: string; data: object }[])
        .map((inner) => endOf(inner.op, inner.data, id))
        .find((end) => end !== null) ?? null
    );
  }
  if (op !== "refresh.end" || refresh !== id) return null;
  return {
    is: "ended",
    ran: typeof ran === "number" ? ran : 0,
    left: Array.isArray(left) ? left.length : 0,
    whole: state === "COMPLETED",
  };
}
