import { useCanvas } from "../canvas/ui-state.ts";

/** Beside the canvas: everything about the node that is selected. */
export function Panel() {
  const selection = useCanvas((ui) => ui.selection);
  return <aside>{[...selection]}</aside>;
}
