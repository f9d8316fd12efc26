import { useText } from "../../text/index.ts";
import { Input, TextArea } from "../../ui/Field.tsx";
import { wrong } from "../parts/wrong.ts";
import type { Project } from "./queries.ts";

interface Props {
  project?: Project;
  error: unknown;
  /** What it is called if nobody says otherwise. */
  suggested?: string;
}

/** Name and description: what a list shows of a project. */
export function About({ project, error, suggested }: Props) {
  const { projects, frame } = useText().around;
  return (
    <>
      <Input
        label={projects.name}
        name="name"
        placeholder={suggested ?? projects.namePlaceholder}
        defaultValue={project?.name}
        maxLength={200}
        required={suggested === undefined}
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
