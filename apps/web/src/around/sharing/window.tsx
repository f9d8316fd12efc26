import { useQuery } from "@tanstack/react-query";
import { Users } from "lucide-react";
import { useEffect } from "react";

import { opens, type Command, type PageWindow } from "../../project/parts.ts";
import { useGraph } from "../../project/project.ts";
import { sayFailed } from "../../ui/toasts.ts";

interface Props {
  open: boolean;
  onClose: () => void;
}

/** Sharing on the page of the project itself. Its program comes when somebody first wants to share. */
function Share({ open, onClose }: Props) {
  const { id } = useGraph().project;
  const program = useQuery({
    queryKey: ["share-dialog"],
    queryFn: () => import("./ShareDialog.tsx"),
    enabled: open,
    staleTime: Infinity,
    gcTime: Infinity,
    networkMode: "always",
  });
  const failed = open && program.isError ? program.error : null;
  useEffect(() => {
    if (failed === null) return;
    sayFailed(failed);
    onClose();
  }, [failed, onClose]);
  return program.data && <program.data.ShareDialog projectId={id} open={open} onClose={onClose} />;
}

export const shareWindow: PageWindow = { id: "share", Body: Share };

export const share: Command = {
  id: "share",
  label: ({ canvas }) => canvas.share,
  may: "members:read",
  button: { place: "bar", icon: Users, hasText: true, isWide: true },
  run: opens(shareWindow),
};
