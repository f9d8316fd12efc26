import { Users } from "lucide-react";

import { opens, type Command, type PageWindow } from "../../project/parts.ts";
import { useGraph } from "../../project/project.ts";
import { ShareDialog } from "./ShareDialog.tsx";

/** Sharing on the page of the project itself. */
function Share(props: { open: boolean; onClose: () => void }) {
  return <ShareDialog projectId={useGraph().project.id} {...props} />;
}

export const shareWindow: PageWindow = { id: "share", Body: Share };

export const share: Command = {
  id: "share",
  label: ({ canvas }) => canvas.share,
  may: "members:read",
  button: { place: "bar", icon: Users, hasText: true },
  isFound: true,
  run: opens(shareWindow),
};
