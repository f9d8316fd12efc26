import type { NodeView } from "../../project/project.ts";
import { useText } from "../../text/index.ts";
import { Tooltip } from "../../ui/Tooltip.tsx";
import { msBetween, useFormat } from "../data/format.ts";
import type { Attempt } from "../data/queries.ts";
import { Badge, Facts, Soft } from "../parts/Parts.tsx";

/** Who answered, and what that took. */
export function AnswerFacts({ node, attempts }: { node: NodeView; attempts: readonly Attempt[] | undefined }) {
  const { panel } = useText();
  const format = useFormat();
  const { llmTokens, llmCost } = node;
  const attempt = attempts?.find((each) => each.isCurrent);
  const model = modelOf(node, attempt);
  if (model === null)
    return <Facts facts={[node.generationId === null && [panel.answer.model, panel.answer.byPerson]]} />;
  return (
    <>
      {node.isPartial === true && <Soft>{panel.answer.partial}</Soft>}
      <Facts
        facts={[
          [panel.answer.model, <ModelName key="model" id={model} />],
          attempt?.tokens == null && llmTokens !== null && [panel.answer.tokens, format.count(llmTokens)],
          ...attemptFacts(attempt, format, panel),
          attempt?.cost == null && llmCost !== null && [panel.answer.cost, format.money(llmCost)],
        ]}
      />
    </>
  );
}

/** Whose attempt the answer is; null where a person wrote it, or it is not known. */
function modelOf({ llmModel }: NodeView, attempt: Attempt | undefined): string | null {
  if (llmModel !== null || attempt?.origin !== "MODEL") return llmModel;
  return attempt.answeredBy ?? attempt.model;
}

type Words = ReturnType<typeof useText>["panel"];
type Format = ReturnType<typeof useFormat>;

/** What is known of an attempt beside its text. */
export function attemptFacts(
  attempt: Attempt | undefined,
  format: Format,
  { answer }: Words,
): (readonly [string, string])[] {
  if (attempt === undefined) return [];
  const { tokens, cost, startedAt, firstTokenAt, finishedAt } = attempt;
  const facts: (readonly [string, string])[] = [];
  if (tokens !== null) {
    const words = [answer.tokensOf(format.count(tokens.input), format.count(tokens.output))];
    if (tokens.cached > 0) words.push(answer.cached(format.count(tokens.cached)));
    facts.push([answer.tokens, words.join(", ")]);
  }
  if (cost !== null) facts.push([answer.cost, format.money(cost)]);
  if (startedAt !== null && finishedAt !== null) {
    const whole = format.duration(msBetween(startedAt, finishedAt));
    const first = firstTokenAt === null ? null : format.duration(msBetween(startedAt, firstTokenAt));
    facts.push([answer.took, first === null ? whole : answer.tookFirst(whole, first)]);
  }
  return facts;
}

/** The built-in model must not be taken for one that understands. */
export function ModelName({ id }: { id: string }) {
  const { panel } = useText();
  if (!id.startsWith("offline/")) return <>{id}</>;
  return (
    <>
      {id}{" "}
      <Tooltip text={panel.answer.offlineHint}>
        <span tabIndex={0}>
          <Badge tone="warn">{panel.answer.offline}</Badge>
        </span>
      </Tooltip>
    </>
  );
}
