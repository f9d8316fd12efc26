import { useReactFlow } from "@xyflow/react";
import { useCallback, useEffect, useRef, type DragEvent } from "react";

import { useProject } from "../../project/project.ts";
import { sendFile } from "../../project/files/uploads.ts";
import { useCanvasStore } from "../../project/ui-state.ts";
import { useMay } from "../../project/use-rights.ts";
import { useActions } from "../actions-context.ts";

/** Files that are dropped or pasted at once. */
const FILES_MAX = 20;

const holdsFiles = ({ dataTransfer }: DragEvent) => dataTransfer.types.includes("Files");

/** Files that are dropped on a card are attached to it, others become notes where they are dropped or in the middle. */
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
    (files: readonly File[], to: string | null, at: { clientX: number; clientY: number }) => {
      const id = project.graph()?.project.id;
      if (id === undefined) return;
      const position = screenToFlowPosition({ x: at.clientX, y: at.clientY });
      for (const file of files.slice(0, FILES_MAX))
        sendFile(id, file, (media) => {
          if (to !== null && project.node(to) !== undefined) actions.attach(to, media.id);
          else actions.fileNote(position, media.id, media.filename);
        });
    },
    [actions, project, screenToFlowPosition],
  );
  useEffect(() => {
    if (!may) return;
    const onPaste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (files.length === 0 || event.defaultPrevented || document.querySelector("[data-window]") !== null) return;
      // What is pasted into a question that is being typed belongs to that.
      if (event.target instanceof Element && event.target.closest("[data-composer], [data-follow-up]") !== null) return;
      event.preventDefault();
      const { selection, editing } = store.getState();
      const [only = null] = selection.size === 1 ? selection : [];
      add(files, editing ?? only, last.current);
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
      const files = [...event.dataTransfer.files];
      if (files.length === 0) return;
      event.preventDefault();
      const { clientX, clientY } = event;
      add(files, cardUnder(event.target), { clientX, clientY });
    },
  };
}

const cardUnder = (target: EventTarget | null) =>
  target instanceof Element ? (target.closest(".react-flow__node-card")?.getAttribute("data-id") ?? null) : null;
