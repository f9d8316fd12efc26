import type { Guide } from "../project/ui-state.ts";
import { overlaps, type Area, type Box } from "../project/sizes.ts";

export interface Snapped {
  readonly dx: number;
  readonly dy: number;
  readonly guides: readonly Guide[];
}

interface Stretch {
  readonly from: number;
  readonly to: number;
}

interface Match {
  readonly by: number;
  readonly guide: Guide;
}

/** Where a dragged box goes so that it stands level with a near one, or as far from its neighbours as they are apart. */
export function snapped(box: Area, others: readonly Box[], reach: number): Snapped {
  const across = closest([...level("x", box, others, reach), ...evenly("x", box, others, reach)]);
  const down = closest([...level("y", box, others, reach), ...evenly("y", box, others, reach)]);
  return {
    dx: across[0]?.by ?? 0,
    dy: down[0]?.by ?? 0,
    guides: [...across, ...down].map(({ guide }) => guide),
  };
}

/** All that agree on the shortest way. */
function closest(matches: readonly Match[]): readonly Match[] {
  const [best] = matches.toSorted((one, other) => Math.abs(one.by) - Math.abs(other.by));
  return best === undefined ? [] : matches.filter(({ by }) => Math.abs(by - best.by) < 0.5);
}

const along = (axis: "x" | "y", { x, y, width, height }: Area): Stretch =>
  axis === "x" ? { from: x, to: x + width } : { from: y, to: y + height };
const other = (axis: "x" | "y"): "x" | "y" => (axis === "x" ? "y" : "x");
const middle = ({ from, to }: Stretch): number => (from + to) / 2;

/** Edges and middles that nearly lie on one line. */
function level(axis: "x" | "y", box: Area, others: readonly Box[], reach: number): Match[] {
  const own = along(axis, box);
  return others.flatMap((near) => {
    const theirs = along(axis, near);
    const pairs = [
      [own.from, theirs.from],
      [middle(own), middle(theirs)],
      [own.to, theirs.to],
    ] as const;
    return pairs.flatMap(([mine, at]) => {
      if (Math.abs(at - mine) > reach) return [];
      const [one, two] = [along(other(axis), box), along(other(axis), near)];
      const guide = { axis, at, from: Math.min(one.from, two.from), to: Math.max(one.to, two.to) };
      return [{ by: at - mine, guide }];
    });
  });
}

/** The gap that two neighbours keep, kept on to the next. */
function evenly(axis: "x" | "y", box: Area, others: readonly Box[], reach: number): Match[] {
  const strip = axis === "x" ? { ...box, x: -Infinity, width: Infinity } : { ...box, y: -Infinity, height: Infinity };
  const row = others
    .filter((near) => crosses(axis, strip, near))
    .map((near) => along(axis, near))
    .toSorted((one, two) => one.from - two.from);
  const own = along(axis, box);
  const length = own.to - own.from;
  const line = middle(along(other(axis), box));
  const wanted: Stretch[] = row.slice(1).flatMap((next, at) => {
    const before = row[at];
    if (before === undefined || next.from <= before.to) return [];
    const gap = next.from - before.to;
    return [
      { from: next.to + gap, to: next.to },
      { from: before.from - gap - length, to: before.from - gap },
      // Between the two, if it fits.
      ...(gap > length ? [{ from: (before.to + next.from - length) / 2, to: before.to }] : []),
    ];
  });
  return wanted.flatMap(({ from, to }) =>
    Math.abs(from - own.from) > reach
      ? []
      : [
          {
            by: from - own.from,
            guide: { axis: other(axis), at: line, from: Math.min(from, to), to: Math.max(from, to) },
          },
        ],
  );
}

function crosses(axis: "x" | "y", strip: Area, near: Area): boolean {
  return axis === "x"
    ? overlaps({ ...near, y: strip.y, height: strip.height }, near)
    : overlaps({ ...near, x: strip.x, width: strip.width }, near);
}
