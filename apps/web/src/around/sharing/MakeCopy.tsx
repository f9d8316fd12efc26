import { useMutation } from "@tanstack/react-query";
import { Copy } from "lucide-react";
import { useLocation } from "wouter";

import { useAccess, useGraph } from "../../project/project.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { sayFailed } from "../../ui/toasts.ts";
import { copyName } from "../projects/copy-name.ts";
import { duplicate } from "../projects/queries.ts";

/** For somebody with an account who reads a public project: one of their own like it. */
export function MakeCopy() {
  const { projects } = useText().around;
  const { project } = useGraph();
  const { isGuest } = useAccess();
  const [, go] = useLocation();
  const copying = useMutation({
    mutationFn: duplicate,
    onSuccess: ({ id }) => {
      go(`/projects/${id}`);
    },
    onError: sayFailed,
  });
  if (isGuest || project.role != null) return null;
  return (
    <Button
      size="small"
      look="primary"
      busy={copying.isPending}
      onClick={() => {
        copying.mutate({ id: project.id, name: copyName(projects.copyOf(project.name)) });
      }}
    >
      <Copy aria-hidden />
      {projects.makeCopy}
    </Button>
  );
}
