import { soonComponent } from "../../ui/late.ts";
import { useMay } from "../../project/use-rights.ts";
import type { NodeView } from "../../sync/index.ts";

const CardVotes = soonComponent(async () => (await import("./CardVotes.tsx")).CardVotes);

/** Votes are for the answer that a model gave, and to be seen by who may see what is said of answers. */
export function AnswerVotes({ node: { generationId, status } }: { node: NodeView }) {
  const mayRead = useMay("comments:read");
  if (!mayRead || generationId === null || status === "GENERATING") return null;
  return <CardVotes generation={generationId} />;
}
