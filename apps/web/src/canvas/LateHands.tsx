import { use, useState } from "react";

import { lateComponent } from "../ui/late.ts";
import { isAsked } from "../project/kinds.ts";
import { useNode } from "../project/project.ts";
import { useCanvas } from "../project/ui-state.ts";
import { useMay } from "../project/use-rights.ts";
import { DetailContext } from "./detail.ts";
import { TIPS, tipsSeen } from "./tips/tips.ts";

const Menu = lateComponent(async () => (await import("./menu/ContextMenu.tsx")).ContextMenu);
const Bar = lateComponent(async () => (await import("./bar/SelectionBar.tsx")).SelectionBar);
const Tips = lateComponent(async () => (await import("./tips/Tips.tsx")).Tips);
const FollowUp = lateComponent(async () => (await import("./followup/FollowUp.tsx")).FollowUp);

/** What stands at what is selected or pressed. Nobody needs it for the first look, so its programs come when they do. */
export function LateHands({ isMap }: { isMap: boolean }) {
  const count = useCanvas((ui) => ui.selection.size);
  const isMenuOpen = useCanvas((ui) => ui.menu !== null);
  const mayWrite = useMay("graph:write");
  const [hasTips] = useState(() => tipsSeen() < TIPS.length);
  return (
    <>
      {isMenuOpen && <Menu />}
      {count > 1 && !isMap && mayWrite && <Bar />}
      {count === 1 && !isMap && <Next />}
      {!isMap && mayWrite && hasTips && <Tips />}
    </>
  );
}

/** A question can be followed by another once it can be read. */
function Next() {
  const id = useCanvas(({ selection }) => [...selection][0] ?? "");
  const isEditing = useCanvas((ui) => ui.editing !== null);
  const node = useNode(id);
  const mayRun = useMay("runs:run");
  const isNear = use(DetailContext) === "all";
  const isWanted = mayRun && isNear && !isEditing && node !== undefined && isAsked(node) && node.status !== "IDLE";
  return isWanted && <FollowUp node={id} />;
}
