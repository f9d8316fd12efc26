import { useReactFlow, useStoreApi, type ReactFlowState } from "@xyflow/react";
import { Map as MapIcon } from "lucide-react";
import { useEffect, useRef, useState, type PointerEvent } from "react";

import { usePeers, useProject } from "../project/project.ts";
import { boundsOf, overlaps, type Area, type Box } from "../project/sizes.ts";
import { isFrame } from "../project/kinds.ts";
import { remember, remembered } from "../remembered.ts";
import type { Peer, ProjectSync } from "../sync/index.ts";
import { useText } from "../text/index.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { useIsDark } from "../ui/theme.ts";
import styles from "./Minimap.module.css";
import { glide } from "./sight.ts";
import { FIT, seenIn } from "./viewport.ts";

const WIDTH = 200;
const HEIGHT = 140;
/** Room around what is drawn, as a part of it. */
const MARGIN = 0.08;
const GLIDE_MS = 250;
const POINT = 4;
const SHUT = "minimap-shut";

/** How everything lies, with who is where, as long as not everything is in sight; and the way back to it. */
export function Minimap() {
  const { canvas } = useText();
  const flow = useReactFlow();
  const sight = useSight();
  const [isShut, setShut] = useState(() => remembered(SHUT) === "yes");
  const toggle = () => {
    remember(SHUT, isShut ? "no" : "yes");
    setShut(!isShut);
  };
  if (sight === "all") return null;
  return (
    <>
      {sight === "nothing" && (
        <div className={styles.back}>
          <Button onClick={() => void flow.fitView({ ...FIT, duration: glide(GLIDE_MS) })}>
            {canvas.backToContent}
          </Button>
        </div>
      )}
      <div className={styles.corner} data-minimap>
        {!isShut && <Drawing />}
        <IconButton
          size="small"
          label={isShut ? canvas.showMinimap : canvas.hideMinimap}
          aria-expanded={!isShut}
          icon={<MapIcon />}
          onClick={toggle}
        />
      </div>
    </>
  );
}

type Sight = "all" | "some" | "nothing";

/** How much of what there is can be seen. */
function useSight(): Sight {
  const store = useStoreApi();
  const [sight, setSight] = useState<Sight>("all");
  useEffect(() => inFrames(store.subscribe, () => setSight(sightOf(store.getState()))), [store]);
  return sight;
}

function sightOf(state: ReactFlowState): Sight {
  const seen = seenOf(state);
  const boxes = boxesOf(state);
  if (boxes.length === 0 || state.width === 0) return "all";
  const bounds = boundsOf(boxes);
  const isInside =
    bounds.x >= seen.x &&
    bounds.y >= seen.y &&
    bounds.x + bounds.width <= seen.x + seen.width &&
    bounds.y + bounds.height <= seen.y + seen.height;
  if (isInside) return "all";
  return boxes.some((box) => overlaps(box, seen)) ? "some" : "nothing";
}

const seenOf = ({ transform: [x, y, zoom], width, height }: ReactFlowState): Area =>
  seenIn({ x, y, zoom }, { width, height });

const boxesOf = ({ nodeLookup }: ReactFlowState): Box[] =>
  Array.from(nodeLookup.values())
    .filter(({ hidden }) => hidden !== true)
    .map(({ id, internals, measured: { width = 0, height = 0 } }) => ({
      id,
      ...internals.positionAbsolute,
      width,
      height,
    }));

/** A thousand elements would be drawn anew with every step of a drag; lines on one cost next to nothing. */
function Drawing() {
  const { canvas: words } = useText();
  const canvas = useRef<HTMLCanvasElement>(null);
  const store = useStoreApi();
  const project = useProject();
  const peers = usePeers();
  const isDark = useIsDark();
  const flow = useReactFlow();
  const shown = useRef<Area>({ x: 0, y: 0, width: 1, height: 1 });
  useEffect(() => {
    const draw = () => {
      if (canvas.current !== null) shown.current = drawn(canvas.current, store.getState(), project, peers.values());
    };
    // An answer that is written changes many times between two frames.
    const stops = [inFrames(store.subscribe, draw), inFrames(project.onChange, draw)];
    return () => {
      for (const stop of stops) stop();
    };
    // Its colours are those of the theme.
  }, [store, project, peers, isDark]);
  const goTo = ({ clientX, clientY, buttons, currentTarget }: PointerEvent) => {
    if (buttons !== 1) return;
    const box = currentTarget.getBoundingClientRect();
    const { x, y, width, height } = shown.current;
    const [across, down] = [(clientX - box.left) / box.width, (clientY - box.top) / box.height];
    void flow.setCenter(x + across * width, y + down * height, { zoom: flow.getZoom() });
  };
  return (
    <canvas
      ref={canvas}
      className={styles.map}
      width={WIDTH * devicePixelRatio}
      height={HEIGHT * devicePixelRatio}
      role="img"
      aria-label={words.minimap}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        goTo(event);
      }}
      onPointerMove={goTo}
    />
  );
}

/** At most once for each frame that the screen shows. */
function inFrames(subscribe: (listener: () => void) => () => void, run: () => void): () => void {
  let frame = 0;
  const soon = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      run();
    });
  };
  const stop = subscribe(soon);
  soon();
  return () => {
    stop();
    cancelAnimationFrame(frame);
  };
}

const COLORS: Readonly<Record<string, string>> = {
  GENERATING: "--map-accent",
  COMPLETED: "--map-good",
  STALE: "--map-warn",
  ERROR: "--map-bad",
};

/** Draws everything and what of it is seen; says which part of the canvas that is. */
function drawn(canvas: HTMLCanvasElement, state: ReactFlowState, project: ProjectSync, peers: Iterable<Peer>): Area {
  const pen = canvas.getContext("2d");
  const seen = seenOf(state);
  const boxes = boxesOf(state);
  const whole = fitted(boundsOf([...boxes, seen]), canvas.width / canvas.height);
  if (pen === null) return whole;
  const style = getComputedStyle(canvas);
  const color = (name: string) => style.getPropertyValue(name);
  const scale = canvas.width / whole.width;
  pen.setTransform(scale, 0, 0, scale, -whole.x * scale, -whole.y * scale);
  pen.clearRect(whole.x, whole.y, whole.width, whole.height);
  pen.lineWidth = 1.5 / scale;
  for (const { id, x, y, width, height } of boxes) {
    const node = project.node(id);
    pen.strokeStyle = pen.fillStyle = color(COLORS[node?.status ?? ""] ?? "--map-plain");
    if (isFrame(node)) pen.strokeRect(x, y, width, height);
    else pen.fillRect(x, y, width, height);
  }
  pen.strokeStyle = color("--map-ink");
  pen.strokeRect(seen.x, seen.y, seen.width, seen.height);
  for (const { cursor, color: own } of peers) {
    if (cursor === null) continue;
    pen.fillStyle = own;
    pen.beginPath();
    pen.arc(cursor.x, cursor.y, (POINT * devicePixelRatio) / scale, 0, 2 * Math.PI);
    pen.fill();
  }
  return whole;
}

/** An area with some room around it, in the shape of what it is drawn on. */
function fitted({ x, y, width, height }: Area, aspect: number): Area {
  const [wide, high] = [Math.max(1, width) * (1 + MARGIN), Math.max(1, height) * (1 + MARGIN)];
  const size = { width: Math.max(wide, high * aspect), height: Math.max(high, wide / aspect) };
  return { x: x + (width - size.width) / 2, y: y + (height - size.height) / 2, ...size };
}
