import { api } from "../api/client.ts";
import type { Language } from "../text/index.ts";
import type { Part } from "./scope.ts";

/** As many nodes as an address can name. */
const NAMED_MAX = 200;

/** Has the server write a file, which knows more of the nodes than a page does: models, sources, settings. */
export async function fetched(
  project: string,
  { scope, nodes }: Part,
  format: "markdown" | "json",
  language: Language,
): Promise<Blob> {
  const thread = scope === "thread" ? nodes.at(-1)?.id : undefined;
  const isSome = scope === "seen" || scope === "selection";
  if (isSome && nodes.length > NAMED_MAX) {
    const body = { nodeIds: nodes.map(({ id }) => id), format, language };
    const params = { path: { project_id: project } };
    const answer = await api.POST("/api/v1/projects/{project_id}/export", { params, body, parseAs: "blob" });
    return answer.data as unknown as Blob;
  }
  const query = {
    format,
    language,
    ...(thread !== undefined && { thread }),
    ...(isSome && { nodeIds: nodes.map(({ id }) => id).join() }),
  };
  const answer = await api.GET("/api/v1/projects/{project_id}/export", {
    params: { path: { project_id: project }, query },
    parseAs: "blob",
  });
  // Refusals are thrown before.
  return answer.data as unknown as Blob;
}
