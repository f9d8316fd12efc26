import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ThumbsDown, ThumbsUp } from "lucide-react";
import { useState } from "react";

import { api, data, type Schemas } from "../../api/client.ts";
import { Refused } from "../../api/problem.ts";
import { useProject } from "../../project/project.ts";
import { text, useText } from "../../text/index.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { TextArea } from "../../ui/Field.tsx";
import { Segments } from "../../ui/Segments.tsx";
import { say } from "../../ui/toasts.ts";
import { Actions, Failed, Section } from "../parts/Parts.tsx";
import styles from "./Answer.module.css";

type Given = Schemas["FeedbackView"] | null;

const RATINGS = ["1", "2", "3", "4", "5"] as const;
const COMMENT_CHARS_MAX = 2_000;

interface Props {
  node: string;
  generation: string;
}

/** What the user thinks of an answer: a thumb at once, and more for those who want to say more. */
export function Feedback({ node, generation }: Props) {
  const { feedback } = useText().agents;
  const { given, giving, withdrawing } = useFeedback(node, generation);
  // What is said replaces what was said before, so that has to be known first.
  const think = (isHelpful: boolean) => giving.mutate({ ...saidBefore(given ?? null), isHelpful });
  return (
    <Section
      title={feedback.title}
      actions={
        <>
          <IconButton
            size="small"
            label={feedback.helpful}
            aria-pressed={given?.isHelpful === true}
            disabled={given === undefined}
            look={given?.isHelpful === true ? "plain" : "quiet"}
            icon={<ThumbsUp aria-hidden />}
            onClick={() => think(true)}
          />
          <IconButton
            size="small"
            label={feedback.unhelpful}
            aria-pressed={given?.isHelpful === false}
            disabled={given === undefined}
            look={given?.isHelpful === false ? "plain" : "quiet"}
            icon={<ThumbsDown aria-hidden />}
            onClick={() => think(false)}
          />
        </>
      }
    >
      <Failed error={giving.error ?? withdrawing.error} />
      {given != null && (
        <More
          given={given}
          isBusy={giving.isPending || withdrawing.isPending}
          onSay={(more) => giving.mutate({ ...saidBefore(given), ...more })}
          onWithdraw={() => withdrawing.mutate()}
        />
      )}
    </Section>
  );
}

interface MoreProps {
  given: NonNullable<Given>;
  isBusy: boolean;
  onSay: (more: Schemas["GiveFeedback"]) => void;
  onWithdraw: () => void;
}

function More({ given, isBusy, onSay, onWithdraw }: MoreProps) {
  const { feedback } = useText().agents;
  const [comment, setComment] = useState(given.comment ?? "");
  const rating = RATINGS.find((each) => each === String(given.rating)) ?? "";
  return (
    <form
      className={styles.feedback}
      onSubmit={(event) => {
        event.preventDefault();
        onSay({ comment: comment.trim() });
      }}
    >
      <Segments<(typeof RATINGS)[number] | "">
        label={feedback.rating}
        value={rating}
        options={RATINGS.map((each) => [each, feedback.stars(Number(each))] as const)}
        onChange={(chosen) => onSay({ rating: Number(chosen) })}
      />
      <TextArea
        label={feedback.comment}
        rows={2}
        maxLength={COMMENT_CHARS_MAX}
        value={comment}
        onChange={({ target }) => setComment(target.value)}
      />
      <Actions>
        <Button type="submit" size="small" busy={isBusy} disabled={comment.trim() === ""}>
          {feedback.save}
        </Button>
        <Button size="small" look="quiet" disabled={isBusy} onClick={onWithdraw}>
          {feedback.withdraw}
        </Button>
      </Actions>
    </form>
  );
}

/** What was said takes the place of what was said before, so it is said again with what is new. */
function saidBefore(given: Given): Schemas["GiveFeedback"] {
  const { rating, isHelpful, comment } = given ?? {};
  return {
    ...(typeof rating === "number" && { rating }),
    ...(typeof isHelpful === "boolean" && { isHelpful }),
    ...(typeof comment === "string" && { comment }),
  };
}

/** What the user said of an answer; undefined as long as that is not known. */
function useFeedback(node: string, generation: string) {
  const { project } = useProject();
  const queries = useQueryClient();
  const queryKey = ["project", project, "feedback", generation];
  const params = { path: { project_id: project, node_id: node, generation_id: generation } };
  const path = "/api/v1/projects/{project_id}/nodes/{node_id}/generations/{generation_id}/feedback";
  const { data: given } = useQuery<Given>({
    queryKey,
    queryFn: ({ signal }) => data(api.GET(path, { signal, params })).catch(orNothing),
  });
  const giving = useMutation({
    mutationFn: (body: Schemas["GiveFeedback"]) => data(api.PUT(path, { params, body })),
    onSuccess: (view, { comment }) => {
      queries.setQueryData<Given>(queryKey, view);
      if (comment !== undefined) say(text().agents.feedback.saved);
    },
  });
  const withdrawing = useMutation({
    mutationFn: () => data(api.DELETE(path, { params })),
    onSuccess: () => queries.setQueryData<Given>(queryKey, null),
  });
  return { given, giving, withdrawing };
}

/** Whoever has said nothing is answered that there is nothing. */
function orNothing(error: unknown): null {
  if (error instanceof Refused && error.code === "not_found") return null;
  throw error;
}
