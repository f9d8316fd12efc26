import { useInfiniteQuery } from "@tanstack/react-query";
import { RotateCcw, Trash2 } from "lucide-react";

import { api, data } from "../api/client.ts";
import { locale, useText } from "../text/index.ts";
import { Button } from "../ui/Button.tsx";
import { Dialog } from "../ui/Dialog.tsx";
import { explained } from "../ui/toasts.ts";
import { titleOf } from "../project/title.ts";
import { opens, type Command, type PageWindow } from "../project/parts.ts";
import { useGraph, useProject } from "../project/project.ts";
import styles from "./Trash.module.css";

/** What was deleted, and can be brought back. */
function Trash({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { canvas } = useText();
  return (
    <Dialog title={canvas.trash} open={open} onClose={onClose}>
      <p>{canvas.trashText}</p>
      <Deleted />
    </Dialog>
  );
}

export const trashWindow: PageWindow = { id: "trash", Body: Trash };

export const trash: Command = {
  id: "trash",
  label: ({ canvas }) => canvas.trash,
  may: "graph:write",
  button: { place: "menu", icon: Trash2 },
  run: opens(trashWindow),
};

function Deleted() {
  const { canvas, common } = useText();
  const project = useProject();
  const { nodes } = useGraph();
  const pages = useInfiniteQuery({
    queryKey: ["projects", project.project, "nodes", "trashed"],
    queryFn: ({ pageParam }) =>
      data(
        api.GET("/api/v1/projects/{project_id}/nodes", {
          params: {
            path: { project_id: project.project },
            query: { trashed: true, ...(pageParam !== "" && { cursor: pageParam }) },
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: ({ nextCursor }) => nextCursor,
    staleTime: 0,
  });
  if (pages.isPending) return <p>{common.loading}</p>;
  if (pages.isError) return <p role="alert">{explained(pages.error)}</p>;
  // What has come back since the list was read is no longer in the trash.
  const list = pages.data.pages.flatMap(({ items }) => items).filter(({ id }) => !nodes.has(id));
  if (list.length === 0) return <p>{canvas.trashEmpty}</p>;
  return (
    <>
      <ul className={styles.list}>
        {list.map((node) => (
          <li key={node.id}>
            <span>
              {titleOf(node) || canvas.emptyPrompt}
              <time dateTime={node.updatedAt}>{new Date(node.updatedAt).toLocaleString(locale())}</time>
            </span>
            <Button size="small" onClick={() => project.submit("node.restore", { id: node.id })}>
              <RotateCcw aria-hidden />
              {common.restore}
            </Button>
          </li>
        ))}
      </ul>
      {pages.hasNextPage && (
        <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {common.more}
        </Button>
      )}
    </>
  );
}
