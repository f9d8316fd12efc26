import { glide } from "../sight.ts";
import { FIT } from "../viewport.ts";
import type { CanvasCommand } from "./hands.ts";

const GLIDE_MS = 200;

export const fit: CanvasCommand = {
  id: "fit",
  on: ["canvas"],
  view: "canvas",
  label: ({ canvas }) => canvas.fit,
  keys: ["f"],
  shown: "F",
  help: { part: "view", says: ({ canvas }) => canvas.keys.fit },
  run: ({ flow }) => flow.fitView({ ...FIT, duration: glide(GLIDE_MS) }),
};

export const zoomIn: CanvasCommand = {
  id: "zoom-in",
  view: "canvas",
  keys: ["+", "="],
  shown: "+",
  help: { part: "view", says: ({ canvas }) => canvas.keys.zoomIn },
  run: ({ flow }) => flow.zoomIn({ duration: glide(GLIDE_MS) }),
};

export const zoomOut: CanvasCommand = {
  id: "zoom-out",
  view: "canvas",
  keys: ["-"],
  shown: "-",
  help: { part: "view", says: ({ canvas }) => canvas.keys.zoomOut },
  run: ({ flow }) => flow.zoomOut({ duration: glide(GLIDE_MS) }),
};
