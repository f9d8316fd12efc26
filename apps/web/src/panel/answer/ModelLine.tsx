import { useText } from "../../text/index.ts";
import { useFormat } from "../data/format.ts";
import type { Model } from "../data/queries.ts";
import styles from "./Answer.module.css";

/** A model with its price and how it does. */
export function ModelLine({ model, isProjects = false }: { model: Model; isProjects?: boolean }) {
  const { panel } = useText();
  const { ask } = panel;
  const format = useFormat();
  const { price, health } = model;
  const isFree = price.input === 0 && price.output === 0;
  const about = [
    model.isOffline && panel.answer.offline,
    isFree ? ask.free : ask.price(format.money(price.input), format.money(price.output)),
    isProjects && ask.default,
  ].filter((part) => part !== false);
  return (
    <span className={styles.model}>
      <span>{model.id}</span>
      <small>{about.join(" · ")}</small>
      {health.state === "FAILING" && <small className={styles.ill}>{ask.failing}</small>}
      {health.state === "OPEN" && (
        <small className={styles.ill}>
          {ask.open(health.openUntil === null ? "…" : format.time(health.openUntil))}
        </small>
      )}
    </span>
  );
}
