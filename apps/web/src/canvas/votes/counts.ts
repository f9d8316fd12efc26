import { api, data } from "../../api/client.ts";
import { partsOf } from "../../project/events.ts";
import type { ProjectSync } from "../../sync/index.ts";

/** Answers with votes that are read at once. */
const PAGE_SIZE = 200;
/** As many pages are read when a canvas is opened; of more answers only those that somebody votes for meanwhile are known. */
const PAGES_MAX = 10;

/** How many votes the answers of a project have. */
class VoteCounts {
  readonly #counts = new Map<string, number>();
  readonly #listeners = new Set<() => void>();

  constructor(project: ProjectSync) {
    // It goes when the project is left, and this with it.
    project.onEvent((event) => {
      for (const part of partsOf(event)) {
        if (part.op === "generation.vote") this.#set([part.data]);
      }
    });
    // Nobody is told of it on a card: where a vote is given, a failure is said.
    this.#read(project.project).catch(() => undefined);
  }

  readonly listen = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  of(generation: string): number {
    return this.#counts.get(generation) ?? 0;
  }

  async #read(project: string): Promise<void> {
    let cursor: string | null | undefined;
    for (let page = 0; page < PAGES_MAX && cursor !== null; page += 1) {
      const query = { limit: PAGE_SIZE, ...(cursor !== undefined && { cursor }) };
      const params = { path: { project_id: project }, query };
      const read = await data(api.GET("/api/v1/projects/{project_id}/votes", { params }));
      // What was heard meanwhile is newer.
      this.#set(read.items.filter(({ generation }) => !this.#counts.has(generation)));
      cursor = read.nextCursor ?? null;
    }
  }

  #set(items: readonly { readonly generation: string; readonly votes: number }[]): void {
    for (const { generation, votes } of items) this.#counts.set(generation, votes);
    for (const listener of this.#listeners) listener();
  }
}

const known = new WeakMap<ProjectSync, VoteCounts>();

/** Read once for each project that is opened. */
export function voteCounts(project: ProjectSync): VoteCounts {
  let counts = known.get(project);
  if (counts === undefined) known.set(project, (counts = new VoteCounts(project)));
  return counts;
}
