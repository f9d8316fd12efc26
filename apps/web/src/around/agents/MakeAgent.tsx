import { useState } from "react";
import { useLocation } from "wouter";

import { text, useText } from "../../text/index.ts";
import { AgentIcon } from "../../ui/AgentIcon.tsx";
import { Button } from "../../ui/Button.tsx";
import { Dialog } from "../../ui/Dialog.tsx";
import { Input, TextArea } from "../../ui/Field.tsx";
import { say } from "../../ui/toasts.ts";
import { Form } from "../parts/Form.tsx";
import { wrong } from "../parts/wrong.ts";
import styles from "./Agents.module.css";
import { create, useAgentChange, useAgentTypes } from "./queries.ts";

/** The type of an agent whose owner writes what it is told. */
const OWN = "custom";
const OWN_LOOK = { type: OWN, icon: "robot", color: "#3B82F6" };
const PROMPT_CHARS_MAX = 50_000;

interface Props {
  open: boolean;
  onClose: () => void;
}

/** One chooses what an agent is good at; everything else can be changed on its page. */
export function MakeAgent({ open, onClose }: Props) {
  const { agents, common } = useText();
  const [, go] = useLocation();
  const [type, setType] = useState("researcher");
  const making = useAgentChange(create, ({ id }) => {
    say(text().agents.created);
    go(`/agents/${id}`);
  });
  const close = () => {
    making.reset();
    onClose();
  };
  return (
    <Dialog title={agents.createTitle} open={open} onClose={close} wide>
      <Form
        error={making.error}
        fields={["name", "systemPrompt"]}
        onSubmit={(values) =>
          making.mutate({
            name: values("name"),
            type,
            ...(type === OWN && { systemPrompt: values("systemPrompt") }),
          })
        }
        actions={
          <>
            <Button onClick={close}>{common.cancel}</Button>
            <Button type="submit" look="primary" busy={making.isPending}>
              {agents.createSubmit}
            </Button>
          </>
        }
      >
        <Cards chosen={type} onChoose={setType} />
        <Input
          key={type}
          label={agents.fields.name}
          name="name"
          defaultValue={type === OWN ? "" : agents.types[type]?.[0]}
          maxLength={100}
          required
          autoComplete="off"
          error={wrong(making.error, "name")}
        />
        {type === OWN && (
          <TextArea
            label={agents.fields.prompt}
            name="systemPrompt"
            maxLength={PROMPT_CHARS_MAX}
            rows={6}
            required
            error={wrong(making.error, "systemPrompt")}
          />
        )}
      </Form>
    </Dialog>
  );
}

function Cards({ chosen, onChoose }: { chosen: string; onChoose: (type: string) => void }) {
  const { agents } = useText();
  const known = useAgentTypes().data ?? [];
  return (
    <fieldset className={styles.cards}>
      <legend>{agents.which}</legend>
      {[...known, { ...OWN_LOOK, name: OWN, description: "" }].map(({ type, name, description, icon, color }) => {
        const [title, about] = agents.types[type] ?? [name, description];
        return (
          <label key={type} className={styles.card}>
            <input type="radio" name="type" checked={type === chosen} onChange={() => onChoose(type)} />
            <AgentIcon icon={icon} color={color} />
            <span>
              <strong>{title}</strong>
              <small>{about}</small>
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}
