import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { onBecomingLive } from "../becoming-live.ts";
import { useProject } from "../project.ts";
import { ReadingSoon } from "../reading-soon.ts";
import { aboutChanges, isAboutProposals } from "./events.ts";
import { changeKeys } from "./queries.ts";

/** Has what was read about change sets read again when the log says that it changed. Used once on a page. */
export function useChangeNews(): void {
  const project = useProject();
  const queries = useQueryClient();
  useEffect(() => {
    const soon = new ReadingSoon(queries);
    const of = project.project;
    const stops = [
      project.onEvent((event) => {
        for (const one of aboutChanges(event)) {
          soon.mark(changeKeys.list(of), changeKeys.items(of, one.data.id));
          if (isAboutProposals(one)) soon.mark(changeKeys.open(of));
        }
      }),
      onBecomingLive(project, () => soon.mark(changeKeys.all(of))),
    ];
    return () => {
      for (const stop of stops) stop();
      soon.stop();
    };
  }, [project, queries]);
}
