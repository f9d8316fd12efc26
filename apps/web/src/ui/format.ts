import { useMemo } from "react";

import { locale, useLanguage } from "../text/index.ts";

/** Below a cent, amounts of models still differ. */
const SMALL_DOLLARS = 0.1;

/** Numbers and times as the reader's language writes them. */
export function formatOf(locale: string) {
  const dollars = new Intl.NumberFormat(locale, {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
  });
  const small = new Intl.NumberFormat(locale, {
    style: "currency",
    currency: "USD",
    currencyDisplay: "narrowSymbol",
    maximumSignificantDigits: 2,
  });
  const whole = new Intl.NumberFormat(locale);
  const milliseconds = new Intl.NumberFormat(locale, {
    style: "unit",
    unit: "millisecond",
    unitDisplay: "short",
    maximumFractionDigits: 0,
  });
  const seconds = new Intl.NumberFormat(locale, {
    style: "unit",
    unit: "second",
    unitDisplay: "short",
    maximumSignificantDigits: 2,
  });
  const minutes = new Intl.NumberFormat(locale, {
    style: "unit",
    unit: "minute",
    unitDisplay: "short",
    maximumFractionDigits: 1,
  });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
  return {
    money: (amount: number) => (amount !== 0 && amount < SMALL_DOLLARS ? small : dollars).format(amount),
    count: (count: number) => whole.format(count),
    duration: (ms: number) => {
      if (ms < 1_000) return milliseconds.format(ms);
      return ms < 60_000 ? seconds.format(ms / 1_000) : minutes.format(ms / 60_000);
    },
    time: (at: string) => {
      const date = new Date(at);
      return (isToday(date) ? clock : moment).format(date);
    },
  };
}

export type Format = ReturnType<typeof formatOf>;

export function useFormat(): Format {
  const language = useLanguage();
  return useMemo(() => formatOf(locale(language)), [language]);
}

function isToday(date: Date): boolean {
  return date.toDateString() === new Date().toDateString();
}
