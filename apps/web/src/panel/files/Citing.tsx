import { useMemo, type ReactNode } from "react";

import { CitationsContext, type Citations } from "../../markdown/citations.ts";
import { openFile } from "../../project/files/viewer.ts";
import { shapeOf, upwardsOf } from "../../project/graph.ts";
import { useProject } from "../../project/project.ts";
import { useCanvasStore, type Attachment } from "../../project/ui-state.ts";

/** A file at the node of an answer, or at one above it. */
interface At {
  readonly id: string;
  readonly name: string;
  readonly file: Attachment;
  readonly node: string;
}

/** Lets answers cite the files that were sent for them: a citation opens the place. */
export function Citing({ children }: { children: ReactNode }) {
  const project = useProject();
  const store = useCanvasStore();
  const citations = useMemo((): Citations => {
    const of = (node: string): readonly At[] => {
      const graph = project.graph();
      if (graph === null) return [];
      const above = [...upwardsOf(shapeOf(graph), [node])];
      return above.flatMap((id) =>
        (graph.nodes.get(id)?.attachments ?? []).map((file) => ({ id: file.mediaId, name: file.name, file, node: id })),
      );
    };
    return {
      of,
      open: (cited, page, quote) => {
        const { file, node } = cited as At;
        openFile(store, file, { node, page, quote });
      },
    };
  }, [project, store]);
  return <CitationsContext value={citations}>{children}</CitationsContext>;
}
