import { useStore } from "@xyflow/react";
import { createContext } from "react";

/**
 * How much of a card can be read at a zoom: its name beside it as on a map, its title, also what it says in short, or
 * everything.
 */
export type Detail = "name" | "title" | "gist" | "all";

const TITLE_ZOOM_MIN = 0.28;
export const GIST_ZOOM_MIN = 0.35;
/** Whoever types, or comes to a card by its link, sees all of it. */
export const ALL_ZOOM_MIN = 0.65;

export function detailAt(zoom: number): Detail {
  if (zoom < TITLE_ZOOM_MIN) return "name";
  if (zoom < GIST_ZOOM_MIN) return "title";
  return zoom < ALL_ZOOM_MIN ? "gist" : "all";
}

/** Whether too little is seen of a card to work in it. */
export const isFar = (detail: Detail): boolean => detail === "name" || detail === "title";

/** Asked once for all that is drawn on the canvas. */
export const DetailContext = createContext<Detail>("all");

export const useDetail = (): Detail => useStore(({ transform }) => detailAt(transform[2]));

/** Text grows against the zoom in steps, so that cards are drawn anew a few times and not in every frame of it. */
const STEP = 1.25;

/** How many times larger text is drawn on the canvas than it is to be on the screen, or a little more. */
export const useTextScale = (step = STEP): number =>
  useStore(({ transform }) => step ** Math.max(0, Math.ceil(-Math.log(transform[2]) / Math.log(step))));
