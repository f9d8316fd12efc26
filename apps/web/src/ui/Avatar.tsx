import styles from "./Avatar.module.css";
import { inkOn } from "./ink.ts";

interface Props {
  name: string;
  /** The person's own colour, as the room gives it. */
  color?: string | undefined;
}

/** A person as two letters in a circle; the name is said beside it or by whatever holds it. */
export function Avatar({ name, color }: Props) {
  return (
    <span
      className={styles.avatar}
      style={color === undefined ? undefined : { background: color, color: inkOn(color) }}
      aria-hidden="true"
    >
      {initials(name)}
    </span>
  );
}

const letters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

/** The first letters of the first and the last word, or the first two of an only one. */
function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const first = (word: string | undefined, count: number) =>
    Array.from(letters.segment(word ?? ""), ({ segment }) => segment)
      .slice(0, count)
      .join("");
  const both = words.length > 1 ? first(words[0], 1) + first(words.at(-1), 1) : first(words[0], 2);
  return both.toUpperCase();
}
