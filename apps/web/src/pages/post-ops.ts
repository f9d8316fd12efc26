import { api, data, type Schemas } from "../api/client.ts";
import { Refused } from "../api/problem.ts";
import { OpsRefused, type PostOps } from "../sync/index.ts";

/** Changes that are too large for a frame go over REST. */
export const postOps: PostOps = async (project, ops) => {
  const body = { ops: ops as unknown as Schemas["Batch"]["ops"] };
  try {
    const done = await data(
      api.POST("/api/v1/projects/{project_id}/ops", { params: { path: { project_id: project } }, body }),
    );
    return { seq: done.seq, results: done.results };
  } catch (error) {
    if (error instanceof Refused) throw new OpsRefused(refusalOf(error));
    throw error;
  }
};

function refusalOf({ problem, retryAfter }: Refused) {
  const { code, detail, errors, path, status } = problem;
  return {
    code,
    detail,
    // A server that is busy or away takes it later.
    retryable: status === 429 || status >= 500,
    ...(retryAfter !== null && { retryAfterMs: retryAfter * 1000 }),
    ...(errors !== undefined && { errors }),
    ...(path !== undefined && { path }),
  };
}
