import { useEffect, useState } from "react";

import { NotFound } from "../around/NotFound.tsx";
import { Starting } from "../app/Starting.tsx";
import { connection } from "../session/connection.ts";
import { useUser } from "../session/use-session.ts";
import type { ProjectSync } from "../sync/index.ts";
import { openProject } from "../sync/index.ts";
import { Panel } from "../panel/Panel.tsx";
import { sayFailed } from "../ui/toasts.ts";
import { OpenProject, useMaybeGraph, useProjectState } from "./project.ts";
import { CanvasContext, newCanvasStore } from "./ui-state.ts";

const forever = () => new Promise(() => undefined);

export default function ProjectPage({ id }: { id: string }) {
  const user = useUser().id;
  const [project, setProject] = useState<ProjectSync | null>(null);
  const [ui] = useState(newCanvasStore);
  useEffect(() => {
    // Opening and closing take a moment each, and one has to end before the next begins.
    const opening = openProject({ connection, user, project: id });
    opening.then((opened) => {
      setProject(opened);
      connection.start();
    }, sayFailed);
    return () => {
      void opening.then((opened) => opened.close());
    };
  }, [id, user]);
  if (project === null) return <Starting ask={forever} />;
  return (
    <OpenProject value={project}>
      <CanvasContext value={ui}>
        <Inside />
      </CanvasContext>
    </OpenProject>
  );
}

function Inside() {
  const graph = useMaybeGraph();
  const { status } = useProjectState();
  if (graph === null) return status === "ended" ? <NotFound /> : <Starting ask={forever} />;
  return (
    <main>
      <h1>{graph.project.name}</h1>
      <Panel />
    </main>
  );
}
