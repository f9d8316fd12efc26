import type { Task } from "../../project/agents/queries.ts";
import type { Text } from "../../text/index.ts";

type Waiting = NonNullable<Task["waitingFor"]>;
type Words = Text["agents"]["tasks"];

export interface Asked {
  readonly question: string;
  /** What is sent, and what is shown of it. */
  readonly choices: readonly { readonly said: string; readonly label: string }[];
}

/** The server's own answers to whether a tool outside did its work. */
const EFFECTS: ReadonlyMap<string, keyof Words["effects"]> = new Map([
  ["Do it again", "again"],
  ["It was done", "done"],
  ["It was not done; go on without it", "skip"],
] as const);

/** What a person is asked: an agent's question as it stands, the server's own in their language. */
export function asked({ kind, tool, question, choices = [] }: Waiting, words: Words): Asked {
  if (kind !== "UNKNOWN_EFFECT") return { question, choices: choices.map((said) => ({ said, label: said })) };
  const label = (said: string) => {
    const effect = EFFECTS.get(said);
    return effect === undefined ? said : words.effects[effect];
  };
  return {
    question: tool == null ? question : words.unknownEffectOf(tool),
    choices: choices.map((said) => ({ said, label: label(said) })),
  };
}
