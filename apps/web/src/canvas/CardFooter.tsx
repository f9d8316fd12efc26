import type { NodeView } from "../sync/index.ts";
import { language, useText } from "../text/index.ts";
import styles from "./Card.module.css";

/** Who answered, and what that took. */
export function CardFooter({ node: { llmModel, llmTokens, llmCost, response, generationId } }: { node: NodeView }) {
  const { canvas } = useText();
  if (response === null) return null;
  // Of an answer that was stopped it may be unknown who was writing it.
  if (llmModel === null && generationId !== null) return null;
  if (llmModel === null) return <footer className={styles.footer}>{canvas.byHand}</footer>;
  const parts = [
    llmModel,
    llmTokens !== null && canvas.tokens(new Intl.NumberFormat(language()).format(llmTokens)),
    llmCost !== null && llmCost > 0 && dollars(llmCost),
  ].filter((part) => typeof part === "string");
  return <footer className={styles.footer}>{parts.join(" · ")}</footer>;
}

const dollars = (amount: number) =>
  new Intl.NumberFormat(language(), { style: "currency", currency: "USD", maximumSignificantDigits: 2 }).format(amount);
