import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { say } from "../../ui/toasts.ts";
import { Form } from "../parts/Form.tsx";
import { About } from "./About.tsx";
import { rename, useProjectChange, type Project } from "./queries.ts";

interface Props {
  project: Project;
  open: boolean;
  onClose: () => void;
}

export function RenameProject({ project, open, onClose }: Props) {
  const { around, common } = useText();
  const { projects } = around;
  const renaming = useProjectChange(rename, () => {
    onClose();
    say(projects.renamed);
  });
  const close = () => {
    renaming.reset();
    onClose();
  };
  return (
    <Dialog title={projects.renameTitle} open={open} onClose={close}>
      <Form
        error={renaming.error}
        fields={["name", "description"]}
        onSubmit={(values) => {
          const description = values("description").trim();
          renaming.mutate({
            id: project.id,
            name: values("name"),
            description: description === "" ? null : description,
          });
        }}
        actions={
          <>
            <Button onClick={close}>{common.cancel}</Button>
            <Button type="submit" look="primary" busy={renaming.isPending}>
              {common.save}
            </Button>
          </>
        }
      >
        <About project={project} error={renaming.error} />
      </Form>
    </Dialog>
  );
}
