/** Why a task of a schedule could not be begun, as far as there are words for it. */
export type WhyNot =
  | "starterLeft"
  | "starterClosed"
  | "starterMayNot"
  | "agentPaused"
  | "agentOff"
  | "agentAlone"
  | "agentGone"
  | "nodeGone"
  | "tooOften"
  | "tooMany"
  | "budget";

/** A schedule keeps the sentence that the server would have said to whoever made it, and no code. */
const SENTENCES: readonly (readonly [RegExp, WhyNot])[] = [
  [/^there is no such project/, "starterLeft"],
  [/^log in/, "starterClosed"],
  [/^(your role in this project|this project is open for reading only)/, "starterMayNot"],
  [/^this agent is paused/, "agentPaused"],
  [/^this agent is switched off/, "agentOff"],
  [/^the owner of this agent/, "agentAlone"],
  [/^there is no such agent/, "agentGone"],
  [/^there is no such node/, "nodeGone"],
  [/^the schedule began \d+ tasks/, "tooOften"],
  [/^open tasks of one project/, "tooMany"],
  [/have the budget raised$/, "budget"],
];

/** Null where the server's sentence is all there is to say. */
export function whyNot(sentence: string, isStarterHere: boolean): WhyNot | null {
  const why = SENTENCES.find(([form]) => form.test(sentence))?.[1] ?? null;
  // To those who may not hear of agents, a project says the same as to strangers.
  return why === "starterLeft" && isStarterHere ? "starterMayNot" : why;
}
