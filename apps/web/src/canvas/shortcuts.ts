import { useReactFlow } from "@xyflow/react";
import { useEffect } from "react";

import { text } from "../text/index.ts";
import { explainOnly, say } from "../ui/toasts.ts";
import type { Actions, Point } from "./actions.ts";
import { toggleFold } from "./fold.ts";
import type { History, Undone } from "../project/history.ts";
import { rightsOf, useProject } from "../project/project.ts";
import { focusCard, focused, glide } from "./sight.ts";
import { isTyping, TypingOn } from "./typing.ts";
import { neighbour, type Direction } from "./steps.ts";
import { useCanvasStore, type CanvasStore } from "../project/ui-state.ts";

type Keys = Readonly<Record<string, () => unknown>>;

const GLIDE_MS = 200;
/** Keys for one thing. Where the keyboard is at something that is not selected, they mean that. */
const POINTED: ReadonlySet<string> = new Set([
  "Enter",
  "F2",
  "Mod+Enter",
  "b",
  "p",
  "c",
  "Mod+d",
  "Delete",
  "Backspace",
]);
const ARROWS: Readonly<Record<string, Direction>> = {
  ArrowUp: "parent",
  ArrowDown: "child",
  ArrowLeft: "before",
  ArrowRight: "after",
};

/** The keyboard on the canvas. Fields keep their own keys. */
export function useShortcuts(actions: Actions, history: History): void {
  const project = useProject();
  const store = useCanvasStore();
  const flow = useReactFlow();
  useEffect(() => {
    const center = (): Point => {
      const box = document.querySelector(".react-flow")?.getBoundingClientRect();
      const { left = 0, top = 0, width = 0, height = 0 } = box ?? {};
      return flow.screenToFlowPosition({ x: left + width / 3, y: top + height / 3 });
    };
    const rights = () => rightsOf(project.graph()?.project.role ?? null);
    const looking = lookingKeys(store, flow);
    const editing = editingKeys({ actions, history, store, node: project.node, center });
    const typingOn = new TypingOn();
    const onKeyDown = (event: KeyboardEvent) => {
      if (typingOn.isStray(event)) {
        taken(event);
        return;
      }
      const name = nameOf(event);
      // Searching is the one thing that can be wanted in the middle of a sentence.
      const isElsewhere = isTyping(event.target) && !(name === "Mod+k" && isPrompt(event.target));
      if (isElsewhere || store.getState().open !== null || event.defaultPrevented) return;
      if (event.altKey && walk(event, ARROWS[event.key])) return;
      if (POINTED.has(name)) point(store);
      if (name === " " && focused()?.kind === "edge") {
        taken(event);
        point(store);
        return;
      }
      const run = looking[name] ?? (rights().edit ? editing[name] : undefined);
      if (run === undefined || (name === "Enter" && isOnButton())) return;
      taken(event);
      run();
    };
    const walk = (event: KeyboardEvent, direction: Direction | undefined) => {
      const graph = project.graph();
      if (direction === undefined || graph === null) return false;
      point(store);
      const [from] = store.getState().selection;
      const to = neighbour(graph, from, direction);
      taken(event);
      if (to === undefined) return true;
      actions.select([to]);
      focusCard(to);
      const arrived = flow.fitView({
        nodes: [{ id: to }],
        duration: glide(GLIDE_MS),
        maxZoom: flow.getZoom(),
        minZoom: flow.getZoom(),
      });
      void arrived.then(() => {
        const { selection, editing, open } = store.getState();
        if (selection.has(to) && editing === null && open === null) focusCard(to);
      });
      return true;
    };
    const stop = clipboard(actions, rights, center);
    // Before the drawing library, which takes some of these keys with a meaning of its own.
    addEventListener("keydown", onKeyDown, { capture: true });
    addEventListener("pointerdown", typingOn.end, { capture: true });
    return () => {
      stop();
      removeEventListener("pointerdown", typingOn.end, { capture: true });
      removeEventListener("keydown", onKeyDown, { capture: true });
    };
  }, [actions, history, project, store, flow]);
}

function taken(event: KeyboardEvent): void {
  event.preventDefault();
  event.stopPropagation();
}

/** `Mod+Shift+z`: what an event's keys are called here, whatever the machine. */
function nameOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  return `${event.metaKey || event.ctrlKey ? "Mod+" : ""}${event.shiftKey && event.key.length > 1 ? "Shift+" : ""}${event.shiftKey && /^[a-z]$/.test(key) ? "Shift+" : ""}${key}`;
}

const isPrompt = (target: EventTarget | null) =>
  target instanceof Element && target.closest("[data-node] textarea") !== null;

/** Selects what the keyboard is at, unless it is part of what is selected. */
function point(store: CanvasStore): void {
  const at = focused();
  const { selection, selectedEdges } = store.getState();
  if (at === null || (at.kind === "node" ? selection : selectedEdges).has(at.id)) return;
  const [nodes, edges] = at.kind === "node" ? [[at.id], []] : [[], [at.id]];
  store.setState({ selection: new Set(nodes), selectedEdges: new Set(edges) });
}

/** On a button or a link, Enter and Space are its own. */
function isOnButton(): boolean {
  return document.activeElement?.closest("button, a, summary, [role=tab]") != null;
}

function lookingKeys(store: CanvasStore, flow: ReturnType<typeof useReactFlow>): Keys {
  const open = (window: "search" | "shortcuts") => () => store.setState({ open: window });
  return {
    "Mod+k": open("search"),
    "/": open("search"),
    "?": open("shortcuts"),
    f: () => flow.fitView({ padding: 0.15, maxZoom: 1, duration: glide(GLIDE_MS) }),
    "+": () => flow.zoomIn({ duration: glide(GLIDE_MS) }),
    "=": () => flow.zoomIn({ duration: glide(GLIDE_MS) }),
    "-": () => flow.zoomOut({ duration: glide(GLIDE_MS) }),
    i: () => store.setState(({ panel }) => ({ panel: panel === null ? "answer" : null })),
    c: () => {
      for (const id of store.getState().selection) toggleFold(store, id);
    },
    Escape: () => store.setState({ selection: new Set(), selectedEdges: new Set(), following: null, cycle: null }),
  };
}

interface Hands {
  actions: Actions;
  history: History;
  store: CanvasStore;
  node: ReturnType<typeof useProject>["node"];
  center: () => Point;
}

function editingKeys({ actions, history, store, node, center }: Hands): Keys {
  const selected = () => [...store.getState().selection];
  const one = (run: (id: string) => void) => () => {
    const [id] = selected();
    if (id !== undefined) run(id);
  };
  const remove = () => actions.remove(store.getState().selection, store.getState().selectedEdges);
  return {
    n: () => actions.create(center()),
    Enter: one((id) => actions.edit(id)),
    F2: one((id) => actions.edit(id)),
    "Mod+Enter": () => {
      for (const id of selected()) actions.generate(id);
    },
    b: one((id) => actions.branch(id)),
    l: () => {
      const [first, ...others] = selected();
      if (first !== undefined) for (const other of others) actions.connect(first, other);
    },
    p: () => {
      for (const found of selected().flatMap((id) => node(id) ?? [])) actions.pin(found);
    },
    Delete: remove,
    Backspace: remove,
    "Mod+a": () => actions.selectAll(),
    "Mod+d": () => actions.duplicate(),
    "Mod+z": () => told(history.undo(), "undo"),
    "Mod+Shift+z": () => told(history.redo(), "redo"),
    "Mod+y": () => told(history.redo(), "redo"),
  };
}

/** What a key could not take back is said. */
export function told(undone: Undone, what: "undo" | "redo"): void {
  const { canvas } = text();
  if (undone === "changed-since") explainOnly(canvas.changedSince);
  else if (undone === "nothing") say(what === "undo" ? canvas.nothingToUndo : canvas.nothingToRedo);
}

/** Copying, cutting and pasting come as events of their own, which need no permission. */
function clipboard(actions: Actions, rights: () => { edit: boolean }, center: () => Point): () => void {
  const hasText = () => (getSelection()?.toString() ?? "") !== "";
  const copy = (event: ClipboardEvent) => {
    const copied = isTyping(event.target) || hasText() ? null : actions.copied();
    if (copied === null) return;
    event.preventDefault();
    event.clipboardData?.setData("text/plain", copied);
  };
  const paste = (event: ClipboardEvent) => {
    if (isTyping(event.target) || !rights().edit) return;
    event.preventDefault();
    actions.paste(event.clipboardData?.getData("text/plain") ?? "", center());
  };
  addEventListener("copy", copy);
  addEventListener("paste", paste);
  return () => {
    removeEventListener("copy", copy);
    removeEventListener("paste", paste);
  };
}
