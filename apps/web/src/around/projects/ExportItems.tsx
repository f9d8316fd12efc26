import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";

import { useLanguage, useText } from "../../text/index.ts";
import { Item } from "../../ui/Menu.tsx";
import { sayFailed } from "../../ui/toasts.ts";
import { fileName, save } from "../../ui/save.ts";
import { exported, type Project } from "./queries.ts";

/** A project as a file: to be read, or for another program. */
export function ExportItems({ project }: { project: Project }) {
  const { projects } = useText().around;
  const language = useLanguage();
  const exporting = useMutation({ mutationFn: exported, onError: sayFailed, onSuccess: keep });
  return (["markdown", "json"] as const).map((format) => (
    <Item
      key={format}
      icon={<Download aria-hidden />}
      onSelect={() => {
        exporting.mutate({ project, format, language });
      }}
    >
      {projects.exports[format]}
    </Item>
  ));
}

function keep(file: Blob, { project, format }: Parameters<typeof exported>[0]): void {
  save(file, fileName(project.name, format === "markdown" ? "md" : "json"));
}
