import { useReactFlow } from "@xyflow/react";
import { useCallback, useEffect, useRef, type DragEvent } from "react";

import { useProject } from "../../project/project.ts";
import { linkIn } from "../../project/files/links.ts";
import type { MediaView } from "../../project/files/media.ts";
import { sendFile, sendLink } from "../../project/files/uploads.ts";
import { useCanvasStore } from "../../project/ui-state.ts";
import { useMay } from "../../project/use-rights.ts";
import { useActions } from "../actions-context.ts";

/** Files that are dropped or pasted at once. */
const FILES_MAX = 20;

/** A link is one in the form in which browsers drag them: words that are dragged are no link, whatever they say. */
const holdsFiles = ({ dataTransfer: { types } }: DragEvent) =>
  types.includes("Files") || types.includes("text/uri-list");
const isTyping = (target: EventTarget | null) =>
  target instanceof Element && target.closest("input, textarea, [contenteditable]") !== null;

/** Files and links that are dropped on a card are attached to it, others become cards where they are dropped or in the middle. */
export function useFiles() {
  const actions = useActions();
  const project = useProject();
  const store = useCanvasStore();
  const mayAdd = useMay("media:write");
  const mayWrite = useMay("graph:write");
  const { screenToFlowPosition } = useReactFlow();
  const last = useRef({ clientX: innerWidth / 2, clientY: innerHeight / 2 });
  const may = mayAdd && mayWrite;
  const add = useCallback(
    (given: Given, to: string | null, at: { clientX: number; clientY: number }) => {
      const id = project.graph()?.project.id;
      if (id === undefined) return;
      const position = screenToFlowPosition({ x: at.clientX, y: at.clientY });
      const done = (media: MediaView) => {
        if (to !== null && project.node(to) !== undefined) actions.attach(to, media.id);
        else actions.file(position, media.id, media.filename);
      };
      for (const file of given.files.slice(0, FILES_MAX)) sendFile(id, file, done);
      if (given.link !== null) sendLink(id, given.link, done);
    },
    [actions, project, screenToFlowPosition],
  );
  useEffect(() => {
    if (!may) return;
    const onPaste = (event: ClipboardEvent) => {
      const given = givenIn(event.clipboardData);
      // An address that is pasted where somebody types is words.
      if (isNothing(given) || (given.link !== null && isTyping(event.target))) return;
      if (event.defaultPrevented || document.querySelector("[data-window]") !== null) return;
      // What is pasted into a question that is being typed belongs to that.
      if (event.target instanceof Element && event.target.closest("[data-composer], [data-follow-up]") !== null) return;
      event.preventDefault();
      const { selection, editing } = store.getState();
      const [only = null] = selection.size === 1 ? selection : [];
      add(given, editing ?? only, last.current);
    };
    window.addEventListener("paste", onPaste, { capture: true });
    return () => window.removeEventListener("paste", onPaste, { capture: true });
  }, [add, may, store]);
  if (!may) return {};
  return {
    onDragOver: (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
    },
    onDrop: (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      const given = givenIn(event.dataTransfer);
      if (isNothing(given)) return;
      event.preventDefault();
      const { clientX, clientY } = event;
      add(given, cardUnder(event.target), { clientX, clientY });
    },
  };
}

interface Given {
  readonly files: readonly File[];
  readonly link: string | null;
}

/** A file that comes with its address is the file. */
function givenIn(data: DataTransfer | null): Given {
  const files = [...(data?.files ?? [])];
  return { files, link: data === null || files.length > 0 ? null : linkIn(data) };
}

const isNothing = ({ files, link }: Given) => files.length === 0 && link === null;

const cardUnder = (target: EventTarget | null) =>
  target instanceof Element ? (target.closest(".react-flow__node-card")?.getAttribute("data-id") ?? null) : null;
