import { useEffect } from "react";

import { remember, remembered } from "../remembered.ts";
import type { CanvasGraph, NodeStatus } from "../sync/index.ts";
import { isFrame } from "./kinds.ts";
import { useProject } from "./project.ts";
import { boundsOf, boxOf } from "./sizes.ts";

/** How a project lay when somebody last looked at it: places alone, no words. */
export interface Sketch {
  /** How wide it is for its height. */
  readonly aspect: number;
  /** In thousandths of its width and height. */
  readonly cards: readonly (readonly [x: number, y: number, width: number, height: number, status: Standing])[];
}

/** The first letter of how a card stands; `F` is a frame. */
type Standing = "I" | "G" | "C" | "E" | "S" | "F";

/** More than these are dots in a small picture. */
const CARDS_MAX = 60;
const PROJECTS_MAX = 50;
const WHOLE = 1_000;
/** What follows sooner than this is kept once. */
const REST_MS = 5_000;

const standingOf = (status: NodeStatus): Standing => status.charAt(0) as Standing;

export function sketchOf({ nodes }: Pick<CanvasGraph, "nodes">): Sketch | null {
  const all = [...nodes.values()];
  const bounds = boundsOf(all.map(boxOf));
  if (all.length === 0 || bounds.width === 0 || bounds.height === 0) return null;
  const step = Math.ceil(all.length / CARDS_MAX);
  const chosen = all.filter((node, place) => isFrame(node) || place % step === 0).slice(0, 2 * CARDS_MAX);
  const part = (length: number, of: number) => Math.round((WHOLE * length) / of);
  const cards = chosen
    .toSorted((a, b) => Number(isFrame(b)) - Number(isFrame(a)))
    .map((node) => {
      const { x, y, width, height } = boxOf(node);
      return [
        part(x - bounds.x, bounds.width),
        part(y - bounds.y, bounds.height),
        part(width, bounds.width),
        part(height, bounds.height),
        isFrame(node) ? "F" : standingOf(node.status),
      ] as const;
    });
  return { aspect: Number((bounds.width / bounds.height).toFixed(2)), cards };
}

const keyOf = (user: string): string => `sketches.${user}`;

type Kept = readonly (readonly [project: string, sketch: Sketch])[];

/** What a user looked at in this browser, the newest first. */
function keptBy(user: string): Kept {
  try {
    const kept: unknown = JSON.parse(remembered(keyOf(user)) ?? "[]");
    return Array.isArray(kept) ? (kept as Kept) : [];
  } catch {
    return [];
  }
}

export function keepSketch(user: string, project: string, sketch: Sketch | null): void {
  const others = keptBy(user).filter(([id]) => id !== project);
  const kept = sketch === null ? others : [[project, sketch] as const, ...others];
  remember(keyOf(user), JSON.stringify(kept.slice(0, PROJECTS_MAX)));
}

/** The sketches of a user's projects, read once for a list of them. */
export const sketchesOf = (user: string): ReadonlyMap<string, Sketch> => new Map(keptBy(user));

/** Keeps how the project lies for the list of projects. Used once on a page. */
export function useKeptSketch(user: string | null): void {
  const project = useProject();
  useEffect(() => {
    if (user === null) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const keep = () => {
      clearTimeout(timer);
      timer = undefined;
      const graph = project.graph();
      if (graph !== null) keepSketch(user, project.project, sketchOf(graph));
    };
    const soon = () => {
      timer ??= setTimeout(keep, REST_MS);
    };
    soon();
    const stop = project.onChange(soon);
    addEventListener("pagehide", keep);
    return () => {
      stop();
      removeEventListener("pagehide", keep);
      keep();
    };
  }, [project, user]);
}
