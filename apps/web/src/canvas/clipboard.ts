import type { Source } from "../project/copied-from.ts";
import { asAsked } from "../project/files/asked.ts";
import type { CanvasGraph, EdgePolicy, NodeKind, NodeSettings, NodeView, Ops, Position } from "../sync/index.ts";

/** What was copied: nodes, the first of them at the top left, and the edges between them. */
export interface Copied {
  readonly nodes: readonly CopiedNode[];
  readonly edges: readonly CopiedEdge[];
}

interface CopiedNode {
  readonly id: string;
  readonly prompt: string;
  readonly position: Position;
  readonly response?: string;
  readonly summary?: string;
  readonly kind?: NodeKind;
  readonly role?: "USER" | "SYSTEM";
  readonly title?: string;
  readonly width?: number;
  readonly height?: number;
  readonly color?: string;
  readonly tags?: readonly string[];
  readonly settings?: NodeSettings;
  readonly metadata?: { readonly copiedFrom: Source };
  /** Its files, for where they are known: in the same project. */
  readonly attachments?: NonNullable<Ops["node.create"]["attachments"]>;
  /** The frame that holds it, if that was copied as well. */
  readonly frameId?: string;
}

interface CopiedEdge {
  readonly sourceId: string;
  readonly targetId: string;
  readonly policy: EdgePolicy;
}

/** Marks text as ours; the number grows when the form changes. */
const KIND = "nonlinear/1";

/** As text, so that it can also be kept, sent and pasted as one. */
export function toClipboard(graph: CanvasGraph, chosen: ReadonlySet<string>): string {
  const nodes = [...chosen]
    .flatMap((id) => graph.nodes.get(id) ?? [])
    .toSorted((a, b) => a.position.y - b.position.y || a.position.x - b.position.x)
    .map((node): CopiedNode => copiedNode(node, chosen, graph.project.id));
  const edges = [...graph.edges.values()]
    .filter(({ sourceId, targetId }) => chosen.has(sourceId) && chosen.has(targetId))
    .map(({ sourceId, targetId, policy }): CopiedEdge => ({ sourceId, targetId, policy }));
  return JSON.stringify({ kind: KIND, nodes, edges });
}

/** With what it says, and none of what only its own canvas knows. */
function copiedNode(node: NodeView, chosen: ReadonlySet<string>, project: string): CopiedNode {
  const { id, prompt, position, kind, role, title, width, height, color, tags, settings } = node;
  const { response, summary } = node;
  const frameId = typeof node.frameId === "string" && chosen.has(node.frameId) ? node.frameId : null;
  const metadata = { copiedFrom: { project, node: id } };
  const attachments = node.attachments?.map(asAsked);
  const looks = { title, width, height, color, tags, attachments };
  const all = { response, summary, metadata, kind, role, ...looks, settings, frameId };
  const said = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== null));
  return { id, prompt, position, ...said };
}

/** What was copied from a canvas, or null when the text is anything else. */
export function fromClipboard(text: string): Copied | null {
  if (!text.startsWith(`{"kind":"${KIND}"`)) return null;
  try {
    const { nodes, edges } = JSON.parse(text) as Copied;
    return nodes.every(isNode) && edges.every(isEdge) && nodes.length > 0 ? { nodes, edges } : null;
  } catch {
    return null;
  }
}

// The text may have been changed on its way, and what is pasted is sent.
function isNode({ id, prompt, position }: Partial<CopiedNode>): boolean {
  return (
    typeof id === "string" && typeof prompt === "string" && Number.isFinite(position?.x) && Number.isFinite(position?.y)
  );
}

function isEdge({ sourceId, targetId, policy }: Partial<CopiedEdge>): boolean {
  return (
    typeof sourceId === "string" &&
    typeof targetId === "string" &&
    ["FULL", "SUMMARY", "EXCLUDE"].includes(policy ?? "")
  );
}
