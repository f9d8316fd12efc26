import styles from "./Avatar.module.css";
import { classes } from "./classes.ts";
import { inkOn } from "./ink.ts";

interface Props {
  name: string;
  /** The person's own colour, as the room gives it. */
  color?: string | undefined;
  /** Where their picture is. */
  picture?: string | null | undefined;
}

/** Only what this server keeps is shown: a picture elsewhere would tell a stranger who looks at it, and when. */
const PICTURES = "/api/v1/avatars/";

/** A person as their picture, or two letters, in a circle; the name is said beside it or by whatever holds it. */
export function Avatar({ name, color, picture }: Props) {
  if (picture?.startsWith(PICTURES) === true) {
    const ring = color === undefined ? undefined : { outlineColor: color };
    return <img className={classes(styles.avatar, styles.picture)} style={ring} src={picture} alt="" />;
  }
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
