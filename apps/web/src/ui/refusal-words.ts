import { language, text } from "../text/index.ts";

/** What the server says against something: over REST, over the socket, or of an attempt. */
interface Said {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly detail: string }[] | undefined;
}

/** The same in a sentence for people, in their language. */
export function refusalWords({ code, detail, errors }: Said): string {
  const { refusals } = text();
  if (code !== "invalid") return refusals.codes[code] ?? detail;
  return limitWords(errors?.[0]?.detail ?? detail) ?? refusals.invalid;
}

/** Of all that can be wrong with a value, limits are named with their numbers. */
function limitWords(detail: string): string | undefined {
  const { characters, number } = text().refusals;
  const [, kind, least, most] = /must (have|be a number from) (\d+) to (\d+)/.exec(detail) ?? [];
  if (kind === undefined) return undefined;
  const count = (digits = "") => new Intl.NumberFormat(language()).format(Number(digits));
  return kind === "have" ? characters(count(least), count(most)) : number(count(least), count(most));
}
