import { useEffect } from "react";

import { may, type Right } from "../project/rights.ts";
import type { CanvasStore, View } from "../project/ui-state.ts";
import type { Actions, Point } from "./actions.ts";
import { goodPlace, isOf, useAllCommands, type CanvasCommand } from "./commands/hands.ts";
import { focused } from "./sight.ts";
import { isWindowOpen } from "../ui/kept-focus.ts";
import { runByKey } from "./told.ts";
import { isTyping, TypingOn } from "./typing.ts";

/** The keyboard on the page of a project. Fields keep their own keys. */
export function useShortcuts(): void {
  const { all, hands } = useAllCommands();
  useEffect(() => {
    const { actions, flow, project, store } = hands;
    const commands = { canvas: byKey("canvas", all), thread: byKey("thread", all) };
    const isAllowed = (right: Right | undefined) => right === undefined || may(project.graph(), right);
    const typingOn = new TypingOn();
    const onKeyDown = (event: KeyboardEvent) => {
      if (typingOn.isStray(event)) {
        taken(event);
        return;
      }
      const name = nameOf(event);
      const { view } = store.getState();
      const command = commands[view].get(name);
      const isWanted = command?.whileTyping?.includes(name) === true && isPrompt(event.target);
      const isElsewhere = isTyping(event.target) && !isWanted;
      if (isElsewhere || isWindowOpen() || store.getState().open !== null || event.defaultPrevented) return;
      if (view === "canvas" && name === " " && focused()?.kind === "edge") {
        taken(event);
        point(store);
        return;
      }
      if (command?.isPointed === true) point(store);
      if (command?.run === undefined || !isAllowed(command.may) || (name === "Enter" && isOnButton())) return;
      taken(event);
      runByKey(hands, name, command.run);
    };
    // In a conversation what is copied and pasted is text.
    const isOnCanvas = () => store.getState().view === "canvas" && !isWindowOpen();
    const stop = clipboard(
      actions,
      isOnCanvas,
      () => isOnCanvas() && isAllowed("graph:write"),
      () => goodPlace(flow),
    );
    // Before the drawing library, which takes some of these keys with a meaning of its own.
    addEventListener("keydown", onKeyDown, { capture: true });
    addEventListener("pointerdown", typingOn.end, { capture: true });
    return () => {
      stop();
      removeEventListener("pointerdown", typingOn.end, { capture: true });
      removeEventListener("keydown", onKeyDown, { capture: true });
    };
  }, [all, hands]);
}

const byKey = (view: View, commands: readonly CanvasCommand[]): ReadonlyMap<string, CanvasCommand> =>
  new Map(
    commands
      .filter((command) => isOf(view, command))
      .flatMap((command) => (command.keys ?? []).map((key) => [key, command])),
  );

function taken(event: KeyboardEvent): void {
  event.preventDefault();
  event.stopPropagation();
}

/** `Mod+Shift+z`: what an event's keys are called here, whatever the machine. */
function nameOf(event: KeyboardEvent): string {
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const isMod = event.metaKey || event.ctrlKey;
  // A sign may take Alt or Shift to be typed, and is the same sign then.
  const isAlt = event.altKey && key.startsWith("Arrow");
  const isShift = event.shiftKey && (key.length > 1 || /^[a-z]$/.test(key)) && !isAlt;
  return `${isMod && !isAlt ? "Mod+" : ""}${isAlt ? "Alt+" : ""}${isShift ? "Shift+" : ""}${key}`;
}

const isPrompt = (target: EventTarget | null) =>
  target instanceof Element && target.closest("[data-node] textarea, [data-composer] textarea") !== null;

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

/** Nodes as only a canvas understands them. */
const OURS = "application/x-nonlinear";

/** Copying, cutting and pasting come as events of their own, which need no permission. */
function clipboard(actions: Actions, mayCopy: () => boolean, mayPaste: () => boolean, center: () => Point): () => void {
  const hasText = () => (getSelection()?.toString() ?? "") !== "";
  const copy = (event: ClipboardEvent) => {
    const copied = isTyping(event.target) || hasText() || !mayCopy() ? null : actions.copied();
    if (copied === null) return;
    event.preventDefault();
    // Other programs get what they can read.
    event.clipboardData?.setData(OURS, copied.ours);
    event.clipboardData?.setData("text/plain", copied.text);
  };
  const paste = (event: ClipboardEvent) => {
    if (isTyping(event.target) || !mayPaste()) return;
    event.preventDefault();
    const ours = event.clipboardData?.getData(OURS) ?? "";
    actions.paste(ours === "" ? (event.clipboardData?.getData("text/plain") ?? "") : ours, center());
  };
  addEventListener("copy", copy);
  addEventListener("paste", paste);
  return () => {
    removeEventListener("copy", copy);
    removeEventListener("paste", paste);
  };
}
