import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Vote } from "lucide-react";
import { useEffect } from "react";

import { api, data } from "../../api/client.ts";
import { partsOf } from "../../project/events.ts";
import { useProject } from "../../project/project.ts";
import { useMay } from "../../project/use-rights.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Failed } from "../parts/Parts.tsx";

interface Answered {
  readonly node: string;
  readonly generation: string;
}

const keyOf = (project: string, node: string) => ["project", project, "votes", node];

/** Who finds this answer the best: one vote of a person, and everybody sees how many there are. */
export function Votes(answer: Answered) {
  const mayRead = useMay("comments:read");
  return mayRead && <Shown {...answer} />;
}

function Shown({ node, generation }: Answered) {
  const { panel } = useText();
  const { project } = useProject();
  const queries = useQueryClient();
  const mayVote = useMay("comments:write");
  const votes = useVotes(node);
  const mine = votes.data?.items.find((each) => each.generation === generation);
  const [count, isOwn] = [mine?.votes ?? 0, mine?.own ?? false];
  const vote = useMutation({
    mutationFn: (value: 0 | 1) =>
      data(
        api.PUT("/api/v1/projects/{project_id}/nodes/{node_id}/generations/{generation_id}/vote", {
          params: { path: { project_id: project, node_id: node, generation_id: generation } },
          body: { value },
        }),
      ),
    onSettled: () => queries.invalidateQueries({ queryKey: keyOf(project, node) }),
  });
  if (!mayVote && count === 0) return null;
  return (
    <div>
      <Button
        size="small"
        look={isOwn ? "primary" : "plain"}
        aria-pressed={isOwn}
        disabled={!mayVote || !votes.isSuccess}
        accessibleWhenDisabled
        busy={vote.isPending}
        onClick={() => vote.mutate(isOwn ? 0 : 1)}
      >
        <Vote aria-hidden />
        {panel.answer.votes(count)}
      </Button>
      <Failed error={vote.error} />
    </div>
  );
}

/** Read again when somebody votes. */
function useVotes(node: string) {
  const project = useProject();
  const queries = useQueryClient();
  const id = project.project;
  useEffect(
    () =>
      project.onEvent((event) => {
        const isAboutThis = partsOf(event).some((part) => part.op === "generation.vote" && part.data.nodeId === node);
        if (isAboutThis) void queries.invalidateQueries({ queryKey: keyOf(id, node) });
      }),
    [project, queries, id, node],
  );
  return useQuery({
    queryKey: keyOf(id, node),
    queryFn: ({ signal }) =>
      data(
        api.GET("/api/v1/projects/{project_id}/votes", {
          params: { path: { project_id: id }, query: { node, limit: 200 } },
          signal,
        }),
      ),
  });
}
