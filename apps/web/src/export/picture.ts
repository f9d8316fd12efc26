import { edgePath } from "../project/edge-path.ts";
import { isAsked, isFrame, kindOf } from "../project/kinds.ts";
import { boundsOf, boxOf, overlaps, type Area, type Box } from "../project/sizes.ts";
import type { CanvasGraph, EdgeView, NodeView } from "../sync/index.ts";
import type { Text } from "../text/index.ts";
import { readable, wrapped } from "./readable.ts";

/** What a picture of a canvas is made of; it is the same for every kind of file. */
export type Shape =
  | (Area & { readonly kind: "box"; readonly radius: number; readonly fill: string; readonly stroke: string })
  | { readonly kind: "line"; readonly path: string; readonly stroke: string; readonly dash: readonly number[] }
  | ({ readonly kind: "text"; readonly x: number; readonly y: number; readonly text: string } & Lettering);

export interface Lettering {
  readonly size: number;
  readonly isBold: boolean;
  readonly fill: string;
}

export interface Picture {
  readonly area: Area;
  readonly background: string;
  readonly shapes: readonly Shape[];
}

/** The colours of the theme that somebody sees. */
export type Palette = Readonly<
  Record<"paper" | "surface" | "ink" | "inkSoft" | "line" | "lineStrong" | "accent" | "good" | "warn" | "bad", string>
>;

/** How wide a text is in a lettering. */
export type Measures = (text: string, lettering: Lettering) => number;

export interface Pens {
  readonly palette: Palette;
  readonly measures: Measures;
  readonly words: Text;
}

const MARGIN = 48;
const INDENT = 12;
const LINE_HEIGHT = 21;
const HEADER_HEIGHT = 34;
const TITLE_HEIGHT = 26;
const FOOTER_HEIGHT = 28;
const PROMPT_LINES_MAX = 8;
const NOTE_LINES_MAX = 200;
const LETTERS_MAX = 6_000;

/** These nodes with the edges between them; of an area only what is in it. */
export function pictureOf(graph: CanvasGraph, chosen: readonly NodeView[], seen: Area | null, pens: Pens): Picture {
  const nodes = seen === null ? chosen : chosen.filter((node) => overlaps(boxOf(node), seen));
  // An edge goes on beyond what is seen.
  const ends = new Map(chosen.map((node) => [node.id, boxOf(node)]));
  const shapes = [
    ...nodes.filter(isFrame).flatMap((node) => frameShapes(node, pens)),
    ...[...graph.edges.values()].flatMap((edge) => edgeShapes(edge, ends, pens)),
    ...nodes.filter((node) => !isFrame(node)).flatMap((node) => cardShapes(node, pens)),
  ];
  return { area: seen ?? widened(boundsOf(nodes.map(boxOf))), background: pens.palette.paper, shapes };
}

const widened = ({ x, y, width, height }: Area): Area => ({
  x: x - MARGIN,
  y: y - MARGIN,
  width: width + 2 * MARGIN,
  height: height + 2 * MARGIN,
});

const DASHES = { FULL: [], SUMMARY: [8, 5], EXCLUDE: [2, 6] } as const;

function edgeShapes({ sourceId, targetId, policy }: EdgeView, ends: ReadonlyMap<string, Box>, pens: Pens): Shape[] {
  const [from, to] = [ends.get(sourceId), ends.get(targetId)];
  if (from === undefined || to === undefined) return [];
  const { path } = edgePath(from, to);
  return [{ kind: "line", path, stroke: pens.palette.lineStrong, dash: DASHES[policy] }];
}

function frameShapes(node: NodeView, { palette, words }: Pens): Shape[] {
  const box = boxOf(node);
  const stroke = node.color ?? palette.lineStrong;
  return [
    { kind: "box", ...box, radius: 12, fill: "none", stroke },
    {
      kind: "text",
      x: box.x + INDENT,
      y: box.y + 28,
      text: node.title ?? words.canvas.frame,
      size: 16,
      isBold: true,
      fill: palette.ink,
    },
  ];
}

function statusColor({ status, color }: NodeView, palette: Palette): string {
  const of = { IDLE: palette.lineStrong, GENERATING: palette.accent, COMPLETED: palette.good, STALE: palette.warn };
  return color ?? (status === "ERROR" ? palette.bad : of[status]);
}

/** A card as one reads it from near: how it stands, its title, question and answer as far as there is room, and who wrote it. */
function cardShapes(node: NodeView, { palette, measures, words: { canvas } }: Pens): Shape[] {
  const { x, y, width, height } = boxOf(node);
  const soft = { size: 12, isBold: true, fill: palette.inkSoft };
  const bold = { size: 14, isBold: true, fill: palette.ink };
  const plain = { ...bold, isBold: false };
  const shapes: Shape[] = [
    { kind: "box", x, y, width, height, radius: 12, fill: palette.surface, stroke: palette.line },
    {
      kind: "box",
      x: x + INDENT,
      y: y + 13,
      width: 8,
      height: 8,
      radius: 4,
      fill: statusColor(node, palette),
      stroke: "none",
    },
  ];
  const put = (text: string, at: number, lettering: Lettering, left = INDENT) =>
    shapes.push({ kind: "text", x: x + left, y: at, text, ...lettering });
  put(isAsked(node) ? canvas.status[node.status] : canvas.kind[kindOf(node)], y + 21, soft, INDENT + 14);
  let top = y + HEADER_HEIGHT;
  const write = (text: string, linesMax: number, lettering: Lettering) => {
    const shown = wrapped(text.slice(0, LETTERS_MAX), width - 2 * INDENT, linesMax, (part) =>
      measures(part, lettering),
    );
    for (const line of shown) {
      put(line, top + LINE_HEIGHT - 6, lettering);
      top += LINE_HEIGHT;
    }
  };
  if (node.title != null) {
    write(node.title, 1, { ...bold, size: 15 });
    top = y + HEADER_HEIGHT + TITLE_HEIGHT;
  }
  const room = Math.floor((y + height - top - 6) / LINE_HEIGHT);
  const isNote = !isAsked(node);
  write(
    isNote ? readable(node.prompt) : node.prompt,
    Math.min(room, isNote ? NOTE_LINES_MAX : PROMPT_LINES_MAX),
    isNote ? plain : bold,
  );
  if (node.response === null) return shapes;
  shapes.push({
    kind: "line",
    path: `M${x} ${top + 8}H${x + width}`,
    stroke: palette.line,
    dash: [],
  });
  top += 12;
  write(readable(node.response), Math.floor((y + height - FOOTER_HEIGHT - top) / LINE_HEIGHT), plain);
  put(node.llmModel ?? canvas.byHand, y + height - 10, { ...soft, isBold: false });
  return shapes;
}
