import { useText } from "../../text/index.ts";
import { useFormat } from "../data/format.ts";
import type { Usage } from "../data/queries.ts";
import { Facts, Soft } from "../parts/Parts.tsx";
import { tokensOf } from "./shape.ts";

/** All that was asked and what it cost. */
export function Total({ usage: { total } }: { usage: Usage }) {
  const { panel } = useText();
  const format = useFormat();
  if (total.generations === 0) return <Soft>{panel.usage.none}</Soft>;
  const { input, output, cached } = total.tokens;
  const tokens = panel.answer.tokensOf(format.count(input), format.count(output));
  return (
    <Facts
      facts={[
        [panel.usage.calls, format.count(total.generations)],
        tokensOf(total) > 0 && [
          panel.usage.tokens,
          cached > 0 ? `${tokens}, ${panel.answer.cached(format.count(cached))}` : tokens,
        ],
        [panel.usage.cost, format.money(total.cost)],
      ]}
    />
  );
}
