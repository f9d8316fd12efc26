import { useLocation } from "wouter";

import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Form } from "../parts/Form.tsx";
import { About } from "./About.tsx";
import { create, useProjectChange } from "./queries.ts";

interface Props {
  open: boolean;
  onClose: () => void;
}

export function CreateProject({ open, onClose }: Props) {
  const { around, common } = useText();
  const [, go] = useLocation();
  const making = useProjectChange(create, ({ id }) => {
    go(`/projects/${id}`);
  });
  const close = () => {
    making.reset();
    onClose();
  };
  return (
    <Dialog title={around.projects.createTitle} open={open} onClose={close}>
      <Form
        error={making.error}
        fields={["name", "description"]}
        onSubmit={(values) => {
          making.mutate({ name: values("name"), description: values("description") });
        }}
        actions={
          <>
            <Button onClick={close}>{common.cancel}</Button>
            <Button type="submit" look="primary" busy={making.isPending}>
              {around.projects.createSubmit}
            </Button>
          </>
        }
      >
        <About error={making.error} />
      </Form>
    </Dialog>
  );
}
