import { useState } from "react";
import { useLocation } from "wouter";

import { useLanguage, useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Select } from "../../ui/Field.tsx";
import { Form } from "../parts/Form.tsx";
import { About } from "./About.tsx";
import { create, useProjectChange, useTemplates } from "./queries.ts";

interface Props {
  open: boolean;
  onClose: () => void;
}

export function CreateProject({ open, onClose }: Props) {
  const { around, common } = useText();
  const { projects } = around;
  const language = useLanguage();
  const [, go] = useLocation();
  const [chosen, setChosen] = useState("");
  const { data: templates = [] } = useTemplates(language, open);
  const template = templates.find(({ id }) => id === chosen);
  const making = useProjectChange(create, ({ id }) => {
    go(`/projects/${id}`);
  });
  const close = () => {
    making.reset();
    onClose();
  };
  return (
    <Dialog title={projects.createTitle} open={open} onClose={close}>
      <Form
        error={making.error}
        fields={["name", "description"]}
        onSubmit={(values) => {
          const [name, description] = [values("name").trim(), values("description").trim()];
          making.mutate(
            template === undefined
              ? { name, description }
              : {
                  name: name === "" ? template.name : name,
                  ...(description !== "" && { description }),
                  templateId: template.id,
                  language,
                },
          );
        }}
        actions={
          <>
            <Button onClick={close}>{common.cancel}</Button>
            <Button type="submit" look="primary" busy={making.isPending}>
              {projects.createSubmit}
            </Button>
          </>
        }
      >
        <About error={making.error} {...(template && { suggested: template.name })} />
        {templates.length > 0 && (
          <Select
            label={projects.template}
            value={chosen}
            hint={template?.description}
            onChange={({ target }) => setChosen(target.value)}
          >
            <option value="">{projects.noTemplate}</option>
            {templates.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        )}
      </Form>
    </Dialog>
  );
}
