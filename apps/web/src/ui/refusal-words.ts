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
  if (code === "invalid") return limitWords(errors?.[0]?.detail ?? detail) ?? refusals.invalid;
  const known = refusals.details.find(([says]) => detail.includes(says));
  if (known !== undefined) return known[1];
  // The server speaks English, and of these it says which limit, which name, how much is left.
  if (language() === "en" && refusals.saidBetterByServer.includes(code)) return asSentence(detail);
  return refusals.codes[code] ?? asSentence(detail);
}

const asSentence = (detail: string) => {
  const sentence = detail.charAt(0).toLocaleUpperCase() + detail.slice(1);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
};

/** Of all that can be wrong with a value, limits are named with their numbers. */
function limitWords(detail: string): string | undefined {
  const { characters, number } = text().refusals;
  const [, kind, least, most] = /must (have|be a number from) (\d+) to (\d+)/.exec(detail) ?? [];
  if (kind === undefined) return undefined;
  const count = (digits = "") => new Intl.NumberFormat(language()).format(Number(digits));
  return kind === "have" ? characters(count(least), count(most)) : number(count(least), count(most));
}
