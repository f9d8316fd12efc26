import { ReactFlowProvider } from "@xyflow/react";
import { useEffect, useState } from "react";

import { Starting } from "../app/Starting.tsx";
import { connection } from "../session/connection.ts";
import { useUser } from "../session/use-session.ts";
import type { ProjectSync } from "../sync/index.ts";
import { openProject } from "../sync/index.ts";
import { sayFailed } from "../ui/toasts.ts";
import { Ended } from "./Ended.tsx";
import { foldsOf } from "./folds.ts";
import { postOps } from "./post-ops.ts";
import { OpenProject, useMaybeGraph, useProjectState } from "./project.ts";
import { CanvasContext, newCanvasStore } from "./ui-state.ts";
import { Workspace } from "./Workspace.tsx";

const forever = () => new Promise(() => undefined);
/** On a screen that is wide enough, details are beside the canvas from the start. */
const WIDE = "(width > 68rem)";

export default function ProjectPage({ id }: { id: string }) {
  const user = useUser().id;
  const [project, setProject] = useState<ProjectSync | null>(null);
  const [ui] = useState(() => newCanvasStore({ collapsed: foldsOf(id), panel: matchMedia(WIDE).matches ? "answer" : null }));
  useEffect(() => {
    let isLeft = false;
    const opening = openProject({ connection, user, project: id, postOps });
    opening.then((opened) => {
      if (isLeft) return;
      setProject(opened);
      connection.start();
    }, sayFailed);
    return () => {
      isLeft = true;
      void opening.then((opened) => opened.close());
    };
  }, [id, user]);
  if (project === null) return <Starting ask={forever} />;
  return (
    <OpenProject value={project}>
      <CanvasContext value={ui}>
        <ReactFlowProvider>
          <Inside />
        </ReactFlowProvider>
      </CanvasContext>
    </OpenProject>
  );
}

function Inside() {
  const graph = useMaybeGraph();
  const { status } = useProjectState();
  // What was on the screen stays readable only as long as it may be read.
  if (status === "ended") return <Ended />;
  return graph === null ? <Starting ask={forever} /> : <Workspace />;
}
