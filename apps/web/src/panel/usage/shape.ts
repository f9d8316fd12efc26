import type { Usage } from "../data/queries.ts";

export type UsageItem = Usage["items"][number];

export interface Bar {
  /** Null for all that is beyond the largest. */
  readonly key: string | null;
  readonly calls: number;
  readonly tokens: number;
  readonly cost: number;
  /** Of the longest bar: 0 to 1. */
  readonly share: number;
}

const BARS_MAX = 12;

export const tokensOf = ({ tokens }: Pick<UsageItem, "tokens">): number => tokens.input + tokens.output;

/** The bars of a chart: by cost where anything costs, else by tokens. What is beyond the last one is one bar. */
export function barsOf(items: readonly UsageItem[], max = BARS_MAX): Bar[] {
  const all = items.map((item) => ({
    key: item.key,
    calls: item.generations,
    tokens: tokensOf(item),
    cost: item.cost,
  }));
  const named = all.filter(({ key }) => key !== null);
  const shown = named.slice(0, max);
  const rest = [...named.slice(max), ...all.filter(({ key }) => key === null)];
  const bars =
    rest.length === 0
      ? shown
      : [...shown, rest.reduce((sum, bar) => plus(sum, bar), { key: null, calls: 0, tokens: 0, cost: 0 })];
  const isCostly = bars.some(({ cost }) => cost > 0);
  const size = ({ cost, tokens }: Omit<Bar, "share">) => (isCostly ? cost : tokens);
  const longest = Math.max(0, ...bars.map(size));
  return bars.map((bar) => ({ ...bar, share: longest === 0 ? 0 : size(bar) / longest }));
}

function plus(sum: Omit<Bar, "share">, bar: Omit<Bar, "share">): Omit<Bar, "share"> {
  return { key: null, calls: sum.calls + bar.calls, tokens: sum.tokens + bar.tokens, cost: sum.cost + bar.cost };
}

/** How much of a limit is gone: 0 to 1. Nothing may be spent of a limit of nothing. */
export const spentShare = (spent: number, max: number): number => (max === 0 ? 1 : Math.min(1, spent / max));
