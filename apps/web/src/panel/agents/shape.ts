import type { Schedule, Step } from "../../project/agents/queries.ts";

/** A tool that the model asked for. */
export interface Call {
  readonly name: string;
  readonly arguments: string;
}

/** What a step is, as it is shown. */
export type StepContent =
  | { readonly kind: "MODEL"; readonly model: string; readonly text: string; readonly calls: readonly Call[] }
  | { readonly kind: "TOOL"; readonly name: string; readonly text: string; readonly isError: boolean }
  | { readonly kind: "MESSAGE"; readonly by: string; readonly name: string; readonly text: string }
  | { readonly kind: "NOTE"; readonly text: string };

/** The content of a step, whose form depends on its kind; what is missing is empty. */
export function contentOf({ kind, content }: Pick<Step, "kind" | "content">): StepContent {
  const fields = recordOf(content);
  const text = textOf(fields.text);
  switch (kind) {
    case "MODEL":
      return { kind, model: textOf(fields.model), text, calls: callsOf(fields.calls) };
    case "TOOL":
      return { kind, name: textOf(fields.name), text, isError: fields.isError === true };
    case "MESSAGE":
      return { kind, by: textOf(fields.by), name: textOf(fields.name), text };
    case "NOTE":
      return { kind, text };
  }
}

const callsOf = (value: unknown): Call[] =>
  Array.isArray(value)
    ? value.map(recordOf).map((call) => ({ name: textOf(call.name), arguments: textOf(call.arguments) }))
    : [];

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

/** JSON, such as the arguments of a tool, so that people can read it; anything else as it is. */
export function readable(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** What a task came to: `{"text"}`. */
export const resultOf = (result: unknown): string => textOf(recordOf(result).text);

/** What a model is saying that no step has yet: all that the task said comes as one text. */
export function newWords(said: string, steps: readonly Pick<Step, "kind" | "content">[]): string {
  let rest = said;
  for (const content of steps.map(contentOf)) {
    const text = content.kind === "MODEL" ? content.text.trim() : "";
    const at = text === "" ? -1 : rest.indexOf(text);
    if (at >= 0) rest = rest.slice(at + text.length);
    // A step may be here before the last of its words.
    else if (text !== "" && text.startsWith(rest.trim())) rest = "";
  }
  return rest.trim();
}

/** Every day at a time such as `09:05`, as a cron expression. */
export function dailyCron(time: string): string {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return `${minute} ${hour} * * *`;
}

/** The time of day of a schedule that runs every day, as `09:05`; null of any other. */
export function dailyTime(cron: Schedule["cron"]): string | null {
  const [, minute, hour] = /^(\d{1,2}) (\d{1,2}) \* \* \*$/.exec(cron ?? "") ?? [];
  if (minute === undefined || hour === undefined) return null;
  return `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`;
}
