import { useText } from "../../text/index.ts";
import { Input, TextArea } from "../../ui/Field.tsx";
import { wrong } from "../parts/wrong.ts";
import type { Project } from "./queries.ts";

/** Name and description: what a list shows of a project. */
export function About({ project, error }: { project?: Project; error: unknown }) {
  const { projects, frame } = useText().around;
  return (
    <>
      <Input
        label={projects.name}
        name="name"
        placeholder={projects.namePlaceholder}
        defaultValue={project?.name}
        maxLength={200}
        required
        autoFocus
        autoComplete="off"
        error={wrong(error, "name")}
      />
      <TextArea
        label={projects.description}
        name="description"
        placeholder={frame.optional}
        defaultValue={project?.description ?? ""}
        maxLength={5000}
        rows={3}
        error={wrong(error, "description")}
      />
    </>
  );
}
