import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";

import { api } from "../api/client.ts";
import { readAgain } from "../api/read-again.ts";
import { CONVERSATIONS } from "../project/conversations.ts";
import { useAccess, useGraph, useProject } from "../project/project.ts";
import { useMay } from "../project/use-rights.ts";
import { answerOf, isQuestion } from "./kind.ts";

/**
 * Tells the server that the last answer of the conversation was read, once for each thing that it says. Whether the
 * server hears it changes nothing here, so nobody is told when it does not.
 */
export function useReading(path: readonly string[], isEndInSight: boolean): void {
  const queries = useQueryClient();
  const { project: id } = useProject();
  const { nodes, project } = useGraph();
  const { isGuest } = useAccess();
  const mayTell = useMay("presence:write") && !isGuest && project.role != null;
  const told = useRef("");
  const last = nodes.get(path.findLast((each) => isQuestion(nodes.get(each))) ?? "");
  const node = last?.id ?? "";
  const said = last === undefined ? "" : answerOf(last);
  useEffect(() => {
    if (!mayTell || !isEndInSight || said === "" || told.current === said) return undefined;
    // A page that nobody sees has no frames: then it is read once they look.
    const frame = requestAnimationFrame(() => {
      told.current = said;
      const path = { project_id: id, node_id: node };
      api.POST("/api/v1/projects/{project_id}/nodes/{node_id}/read", { params: { path } }).then(
        () => readAgain(queries, CONVERSATIONS),
        () => undefined,
      );
    });
    return () => cancelAnimationFrame(frame);
  }, [mayTell, isEndInSight, said, node, id, queries]);
}
