import { locale, useLanguage } from "../../text/index.ts";

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

interface Times {
  /** “3 hours ago”. */
  ago: (at: string) => string;
  /** “4 March 2026 at 09:30”. */
  full: (at: string) => string;
  /** “4 March 2026”. */
  day: (at: string) => string;
  isPast: (at: string) => boolean;
}

/** Moments as the reader's language says them. */
export function useTimes(): Times {
  const here = locale(useLanguage());
  return {
    ago: (at) => ago(here, Date.parse(at), Date.now()),
    full: (at) => new Intl.DateTimeFormat(here, { dateStyle: "long", timeStyle: "short" }).format(new Date(at)),
    day: (at) => new Intl.DateTimeFormat(here, { dateStyle: "long" }).format(new Date(at)),
    isPast: (at) => Date.parse(at) <= Date.now(),
  };
}

export function ago(language: string, at: number, now: number): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const seconds = (at - now) / 1000;
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) return format.format(Math.trunc(seconds / length), unit);
  }
  return format.format(0, "second");
}
