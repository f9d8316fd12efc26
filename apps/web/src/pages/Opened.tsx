import { ReactFlowProvider, type Viewport } from "@xyflow/react";
import { useEffect, useMemo, useState, type ReactNode } from "react";

import { Starting } from "../ui/Starting.tsx";
import { visitProject, type OpenOptions, type ProjectSync } from "../sync/index.ts";
import { sayFailed } from "../ui/toasts.ts";
import { Ended } from "./Ended.tsx";
import { foldsOf } from "../canvas/folds.ts";
import { AccessContext, OpenProject, useMaybeGraph, useProjectState } from "../project/project.ts";
import { tellRefusals } from "../canvas/refusals.ts";
import { useKeptSketch } from "../project/sketch.ts";
import {
  CanvasContext,
  FIRST_TAB,
  newCanvasStore,
  TAB_PARAMETER,
  TASK_PARAMETER,
  type CanvasUi,
} from "../project/ui-state.ts";
import { beginningAt, whereIn } from "../project/view.ts";
import { useOwnView } from "../canvas/viewport.ts";
import { Workspace } from "./Workspace.tsx";

const forever = () => new Promise(() => undefined);
/** On a screen that is wide enough, details are beside the canvas from the start. */
const WIDE = "(width > 68rem)";

interface Props {
  /** The same as long as it says the same. */
  options: OpenOptions;
  isGuest: boolean;
  /** For those who may not see the project, and never did. */
  closed: ReactNode;
}

/** A project with everything around its canvas, by whatever way it is reached. */
export function Opened({ options, isGuest, closed }: Props) {
  const { connection, project: id } = options;
  const [project, setProject] = useState<ProjectSync | null>(null);
  const [ui] = useState(() => newCanvasStore({ collapsed: foldsOf(id), ...beginning() }));
  const access = useMemo(() => ({ connection, isGuest }), [connection, isGuest]);
  useEffect(() => {
    let isLeft = false;
    const { opened, leave } = visitProject(options);
    opened.then((sync) => {
      tellRefusals(sync);
      if (isLeft) return;
      setProject(sync);
      options.connection.start();
    }, sayFailed);
    return () => {
      isLeft = true;
      leave();
    };
  }, [options]);
  const own = useOwnView(id, isGuest);
  if (project === null || own === undefined) return <Starting ask={forever} />;
  return (
    <AccessContext value={access}>
      <OpenProject value={project}>
        <CanvasContext value={ui}>
          <ReactFlowProvider>
            <Inside own={own} closed={closed} user={isGuest ? null : options.user} />
          </ReactFlowProvider>
        </CanvasContext>
      </OpenProject>
    </AccessContext>
  );
}

/** What the address asks for. */
function beginning(): Partial<CanvasUi> {
  const where = whereIn(location.search);
  const parameters = new URLSearchParams(location.search);
  const asked = parameters.get(TAB_PARAMETER);
  const tab = asked ?? (matchMedia(WIDE).matches ? FIRST_TAB : null);
  const panels = where.view === "thread" ? { panel: asked, otherPanel: tab } : { panel: tab };
  return { ...beginningAt(where), ...panels, task: parameters.get(TASK_PARAMETER) };
}

interface InsideProps {
  own: Viewport | null;
  closed: ReactNode;
  /** Nobody's in particular for somebody without an account. */
  user: string | null;
}

function Inside({ own, closed, user }: InsideProps) {
  useKeptSketch(user);
  const graph = useMaybeGraph();
  const { status } = useProjectState();
  // What was on the screen stays readable only as long as it may be read.
  if (status === "ended") return graph === null ? closed : <Ended />;
  return graph === null ? <Starting ask={forever} /> : <Workspace own={own} />;
}
