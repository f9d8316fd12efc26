import { useText } from "../../text/index.ts";
import styles from "./Intro.module.css";
import { Mark } from "./Mark.tsx";

/** What this is, for people who see it for the first time; beside the form where there is room. */
export function Intro() {
  const { intro } = useText().around.frame;
  return (
    <aside className={styles.intro} aria-labelledby="intro-lead">
      <Mark />
      <div className={styles.middle}>
        <Branches />
        <p id="intro-lead" className={styles.lead}>
          {intro.lead}
        </p>
        <ul className={styles.points}>
          {intro.points.map((point) => (
            <li key={point}>{point}</li>
          ))}
        </ul>
      </div>
    </aside>
  );
}

const CARDS: readonly { x: number; y: number; lit?: boolean }[] = [
  { x: 20, y: 92, lit: true },
  { x: 190, y: 30, lit: true },
  { x: 190, y: 152 },
  { x: 360, y: 60, lit: true },
];
const WIDTH = 120;
const HEIGHT = 64;
const WAYS: readonly { from: number; to: number; lit?: boolean }[] = [
  { from: 0, to: 2 },
  { from: 2, to: 3 },
  { from: 0, to: 1, lit: true },
  { from: 1, to: 3, lit: true },
];

/** A canvas in small: two branches of one question, and what they come to. */
function Branches() {
  return (
    <svg className={styles.picture} viewBox="0 0 500 246" aria-hidden="true">
      {WAYS.map(({ from, to, lit }) => (
        <path key={`${from}-${to}`} d={way(from, to)} data-lit={lit} />
      ))}
      {CARDS.map(({ x, y, lit }) => (
        <g key={`${x}-${y}`} transform={`translate(${x} ${y})`} data-lit={lit}>
          <rect width={WIDTH} height={HEIGHT} rx="10" />
          <line x1="16" y1="20" x2="76" y2="20" />
          <line x1="16" y1="34" x2="104" y2="34" />
          <line x1="16" y1="46" x2="92" y2="46" />
        </g>
      ))}
    </svg>
  );
}

function way(from: number, to: number): string {
  const [a, b] = [CARDS[from], CARDS[to]];
  if (a === undefined || b === undefined) return "";
  const [x1, y1, x2, y2] = [a.x + WIDTH, a.y + HEIGHT / 2, b.x, b.y + HEIGHT / 2];
  const bend = (x2 - x1) / 2;
  return `M${x1} ${y1} C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}
