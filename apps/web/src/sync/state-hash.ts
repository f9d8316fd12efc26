import type { EdgeView, Json, NodeView, ProjectView } from "./protocol.ts";

interface Comparable {
  readonly project: ProjectView;
  readonly nodes: ReadonlyMap<string, NodeView>;
  readonly edges: ReadonlyMap<string, EdgeView>;
}

/** The fingerprint by which copies are compared: what `GET /projects/{p}/state-hash` answers. */
export async function stateHash({ project, nodes, edges }: Comparable): Promise<string> {
  const { id, name, description, isPublic, viewport, presetId, model, fallbackModels, version } = project;
  const state = {
    project: { id, name, description, isPublic, viewport, presetId, model, fallbackModels, version },
    nodes: sorted(nodes).map(nodeState),
    edges: sorted(edges).map(edgeState),
  };
  const bytes = new TextEncoder().encode(canonical(state as unknown as Json));
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function sorted<T extends { readonly id: string }>(things: ReadonlyMap<string, T>): T[] {
  return [...things.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function nodeState(node: NodeView) {
  const { id, prompt, response, summary, status, position, metadata, llmModel, llmTokens, version } = node;
  const { pinned, generationId } = node;
  const answer = { response, summary, status, llmModel, llmTokens, generationId };
  return { id, prompt, ...answer, position, metadata, pinned, version, ...said(node) };
}

/** What most nodes do not say; what is not said is left out. Not everybody may read instructions. */
function said(node: NodeView) {
  const { kind, role, title, width, height, color, tags, attachments, settings, frameId } = node;
  const { customInstructions: _, ...shown } = settings ?? {};
  const all = {
    kind: kind === "PROMPT" ? undefined : kind,
    role: role === "USER" ? undefined : role,
    title,
    width,
    height,
    color,
    tags: tags?.length === 0 ? undefined : tags,
    attachments: attachments?.length === 0 ? undefined : attachments,
    settings: Object.keys(shown).length === 0 ? undefined : shown,
    frameId,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== null));
}

function edgeState({ id, sourceId, targetId, policy, version }: EdgeView) {
  return { id, sourceId, targetId, policy, version };
}

/** RFC 8785: keys in the order of their UTF-16 units, numbers and strings as JavaScript writes them. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.keys(value).sort();
  return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(value[key] ?? null)}`).join(",")}}`;
}
