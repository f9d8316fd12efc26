import { useEffect, useState } from "react";

import { api, data } from "../../api/client.ts";
import { Refused } from "../../api/problem.ts";
import { serverSent } from "../../api/server-sent.ts";
import { useProject } from "../project.ts";

const AGAIN_MS = 2_000;

/** What the model of a task is saying. */
export interface Said {
  readonly text: string;
  /** The last chunk that it holds. */
  readonly chunk: number;
}

interface Delta {
  readonly chunk: number;
  /** The first of several chunks; the first of all begins the text anew. */
  readonly from?: number;
  readonly text: string;
}

export const NOTHING_SAID: Said = { text: "", chunk: -1 };

/** The text with one more piece. A piece that is here already changes nothing. */
export function heard(said: Said, { chunk, from = chunk, text }: Delta): Said {
  if (from === 0) return { text, chunk };
  return from === said.chunk + 1 ? { text: said.text + text, chunk } : said;
}

/** The words of a task as they come, for as long as it is under way. */
export function useSaid(task: string, isUnderWay: boolean): string {
  const { project } = useProject();
  const [said, setSaid] = useState(NOTHING_SAID);
  useEffect(() => {
    if (!isUnderWay) return undefined;
    const leaving = new AbortController();
    const { signal } = leaving;
    void follow(project, task, signal, (delta) => setSaid((before) => heard(before, delta)));
    return () => leaving.abort();
  }, [project, task, isUnderWay]);
  return said.text;
}

async function follow(
  project: string,
  task: string,
  signal: AbortSignal,
  onDelta: (delta: Delta) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const path = { project_id: project, task_id: task };
      const answer = api.GET("/api/v1/projects/{project_id}/tasks/{task_id}/stream", {
        signal,
        params: { path },
        parseAs: "stream",
      });
      const body = (await data(answer)) as ReadableStream<Uint8Array> | null;
      if (body === null) return;
      for await (const { event, data: json } of serverSent(body)) {
        if (event === "end") return;
        onDelta(JSON.parse(json) as Delta);
      }
    } catch (error) {
      if (error instanceof Refused) return;
      // The steps have all of it in the end: words that do not come live are no failure to tell.
    }
    await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
  }
}
