import { StickyNote } from "lucide-react";

import { useText } from "../text/index.ts";
import { IconButton } from "../ui/Button.tsx";

/** What is typed becomes a note instead of a question. */
export function AsNote({ isEmpty, send }: { isEmpty: boolean; send: (kind: "NOTE") => void }) {
  const { thread } = useText();
  const note = () => send("NOTE");
  return (
    <IconButton
      size="small"
      label={thread.asNote}
      disabled={isEmpty}
      icon={<StickyNote aria-hidden />}
      onClick={note}
    />
  );
}
