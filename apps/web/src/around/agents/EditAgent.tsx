import { useState } from "react";
import { useLocation } from "wouter";

import type { Schemas } from "../../api/client.ts";
import { text, useText } from "../../text/index.ts";
import { AgentIcon } from "../../ui/AgentIcon.tsx";
import { Button } from "../../ui/Button.tsx";
import { Checkbox } from "../../ui/Checkbox.tsx";
import { Confirm } from "../../ui/Dialog.tsx";
import { Input, Select, TextArea } from "../../ui/Field.tsx";
import { say, sayFailed } from "../../ui/toasts.ts";
import { Form, type Values } from "../parts/Form.tsx";
import { Section } from "../parts/Section.tsx";
import { wrong } from "../parts/wrong.ts";
import { orNull } from "../settings/user.ts";
import { useModels } from "../settings/presets/queries.ts";
import styles from "./Agents.module.css";
import { remove, update, useAgentChange, type Agent } from "./queries.ts";

const FIELDS = ["name", "description", "role", "systemPrompt", "changeNote", "model", "fallbackModel", "temperature"];
const PROMPT_CHARS_MAX = 50_000;

export function EditAgent({ agent }: { agent: Agent }) {
  const { common } = useText();
  const saving = useAgentChange(update(agent), () => say(text().common.saved));
  return (
    <>
      <Section>
        <Form
          key={agent.promptVersion}
          error={saving.error}
          fields={FIELDS}
          onSubmit={(values) => saving.mutate(changed(agent, values))}
          actions={
            <Button type="submit" look="primary" busy={saving.isPending}>
              {common.save}
            </Button>
          }
        >
          <About agent={agent} error={saving.error} />
          <Told agent={agent} error={saving.error} />
          <Models agent={agent} error={saving.error} />
        </Form>
      </Section>
      <Delete agent={agent} />
    </>
  );
}

interface Part {
  agent: Agent;
  error: unknown;
}

function About({ agent, error }: Part) {
  const { fields } = useText().agents;
  const [color, setColor] = useState(agent.color);
  return (
    <>
      <Checkbox label={fields.active} isSwitch name="isActive" value="yes" defaultChecked={agent.isActive} />
      <div className={styles.pair}>
        <Input
          label={fields.name}
          name="name"
          defaultValue={agent.name}
          hint={fields.slug(agent.slug)}
          maxLength={100}
          required
          autoComplete="off"
          error={wrong(error, "name")}
        />
        <Input
          label={fields.role}
          name="role"
          defaultValue={agent.role ?? ""}
          placeholder={fields.rolePlaceholder}
          maxLength={255}
          autoComplete="off"
          error={wrong(error, "role")}
        />
      </div>
      <TextArea
        label={fields.description}
        name="description"
        defaultValue={agent.description ?? ""}
        maxLength={2000}
        rows={2}
        error={wrong(error, "description")}
      />
      <div className={styles.color}>
        <Input
          label={fields.color}
          name="color"
          type="color"
          value={color}
          onChange={({ target }) => setColor(target.value)}
        />
        <AgentIcon icon={agent.icon} color={color} />
      </div>
    </>
  );
}

function Told({ agent, error }: Part) {
  const { agents, around } = useText();
  return (
    <>
      <TextArea
        label={agents.fields.prompt}
        hint={agents.fields.promptHint}
        name="systemPrompt"
        defaultValue={agent.systemPrompt}
        maxLength={PROMPT_CHARS_MAX}
        rows={10}
        required
        error={wrong(error, "systemPrompt")}
      />
      <Input
        label={agents.fields.note}
        name="changeNote"
        placeholder={around.frame.optional}
        maxLength={500}
        autoComplete="off"
        error={wrong(error, "changeNote")}
      />
    </>
  );
}

function Models({ agent, error }: Part) {
  const { fields } = useText().agents;
  return (
    <div className={styles.pair}>
      <Model label={fields.model} name="model" none={fields.anyModel} chosen={agent.model ?? ""} error={error} />
      <Model
        label={fields.fallback}
        name="fallbackModel"
        none={fields.noFallback}
        chosen={agent.fallbackModel ?? ""}
        error={error}
      />
      <Input
        label={fields.temperature}
        hint={fields.temperatureHint}
        name="temperature"
        type="number"
        min={0}
        max={2}
        step={0.1}
        required
        defaultValue={agent.temperature}
        error={wrong(error, "temperature")}
      />
      <Input
        label={fields.maxTokens}
        name="maxTokens"
        type="number"
        min={1}
        step={1}
        required
        defaultValue={agent.maxTokens}
        error={wrong(error, "maxTokens")}
      />
    </div>
  );
}

interface ModelProps {
  label: string;
  name: string;
  none: string;
  chosen: string;
  error: unknown;
}

function Model({ label, name, none, chosen, error }: ModelProps) {
  const known = useModels().data?.map(({ id }) => id) ?? [];
  // A model that is no longer offered stays what was chosen, until somebody chooses another one.
  const ids = chosen === "" || known.includes(chosen) ? known : [chosen, ...known];
  return (
    <Select key={ids.length} label={label} name={name} defaultValue={chosen} error={wrong(error, name)}>
      <option value="">{none}</option>
      {ids.map((id) => (
        <option key={id} value={id}>
          {id}
        </option>
      ))}
    </Select>
  );
}

/** What was changed; a prompt that stays makes no new version. */
function changed(agent: Agent, values: Values): Schemas["PatchAgent"] {
  const systemPrompt = values("systemPrompt");
  const note = orNull(values("changeNote"));
  return {
    name: values("name"),
    description: orNull(values("description")),
    role: orNull(values("role")),
    color: values("color"),
    isActive: values("isActive") === "yes",
    model: orNull(values("model")),
    fallbackModel: orNull(values("fallbackModel")),
    temperature: Number(values("temperature")),
    maxTokens: Number(values("maxTokens")),
    ...(systemPrompt !== agent.systemPrompt && { systemPrompt, ...(note !== null && { changeNote: note }) }),
  };
}

function Delete({ agent }: { agent: Agent }) {
  const { agents, common } = useText();
  const [, go] = useLocation();
  const [asking, setAsking] = useState(false);
  const removal = useAgentChange(remove, () => say(text().agents.deleted));
  return (
    <Section
      danger
      text={agents.deleteText(agent.name)}
      actions={
        <Button look="danger" onClick={() => setAsking(true)}>
          {common.delete}…
        </Button>
      }
    >
      <Confirm
        title={agents.deleteTitle}
        text={agents.deleteText(agent.name)}
        action={common.delete}
        open={asking}
        busy={removal.isPending}
        onClose={() => setAsking(false)}
        onConfirm={() => removal.mutate(agent, { onSuccess: () => go("/agents"), onError: sayFailed })}
      />
    </Section>
  );
}
