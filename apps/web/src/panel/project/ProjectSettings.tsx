import { useReactFlow } from "@xyflow/react";
import { X } from "lucide-react";
import { useState, type SubmitEvent } from "react";

import { useGraph } from "../../project/project.ts";
import type { Ops, ProjectView } from "../../sync/index.ts";
import { useText } from "../../text/index.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { Input, Select, TextArea } from "../../ui/Field.tsx";
import { say } from "../../ui/toasts.ts";
import { useModels } from "../data/queries.ts";
import { useOp } from "../data/use-op.ts";
import { Refused } from "../parts/Parts.tsx";
import { PresetOptions } from "../parts/PresetOptions.tsx";
import styles from "./ProjectSettings.module.css";

const NAME_LETTERS_MAX = 200;

/** What holds for every answer in the project: what models are told first, and which are asked. */
export function Fields({ onClose }: { onClose: () => void }) {
  const { panel, common } = useText();
  const { project: now } = useGraph();
  // As it was when the window opened: what others change meanwhile is not this form's to undo.
  const [project] = useState(now);
  const { submit, busy, refusal } = useOp();
  const models = useModels().data ?? [];
  const [chosen, setChosen] = useState<Chosen>(project);
  const { model, presetId, fallbackModels, layout } = chosen;
  const choose = (change: Partial<Chosen>) => setChosen((before) => ({ ...before, ...change }));
  const save = async (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const changes = changed(project, new FormData(event.currentTarget), chosen);
    if (Object.keys(changes).length === 0 || (await submit("project.update", changes))) {
      onClose();
      say(common.saved);
    }
  };
  return (
    <form className={styles.form} onSubmit={(event) => void save(event)}>
      <Input label={panel.project.name} name="name" required maxLength={NAME_LETTERS_MAX} defaultValue={project.name} />
      <Input label={panel.project.description} name="description" defaultValue={project.description ?? ""} />
      <TextArea
        label={panel.project.systemPrompt}
        hint={panel.project.systemPromptHint}
        name="systemPrompt"
        rows={6}
        defaultValue={project.systemPrompt ?? ""}
      />
      <div className={styles.pair}>
        <Select
          label={panel.project.model}
          value={model ?? ""}
          onChange={({ target }) => choose({ model: orNull(target.value) })}
        >
          <option value="">{panel.project.serverModel}</option>
          {named(
            models.map(({ id }) => id),
            model,
          )}
        </Select>
        <Select
          label={panel.project.preset}
          value={presetId ?? ""}
          onChange={({ target }) => choose({ presetId: orNull(target.value) })}
        >
          <option value="">{panel.project.noPreset}</option>
          <PresetOptions chosen={presetId} />
        </Select>
      </div>
      <Fallbacks
        all={models.map(({ id }) => id)}
        chosen={fallbackModels}
        onChange={(all) => choose({ fallbackModels: [...all] })}
      />
      <LayoutSelect chosen={layout} onChange={(one) => choose({ layout: one })} />
      <FirstView />
      <Refused refusal={refusal} />
      <footer className={styles.actions}>
        <Button onClick={onClose}>{common.cancel}</Button>
        <Button type="submit" look="primary" busy={busy}>
          {common.save}
        </Button>
      </footer>
    </form>
  );
}

/** A model that is chosen stays on the list, also when no provider has it now. */
function named(models: readonly string[], chosen: string | null) {
  const all = chosen === null || models.includes(chosen) ? models : [chosen, ...models];
  return all.map((id) => (
    <option key={id} value={id}>
      {id}
    </option>
  ));
}

/** What is chosen from lists, which may come after the window is open. */
type Chosen = Pick<ProjectView, "model" | "presetId" | "fallbackModels" | "layout">;

const LAYOUTS = ["TREE_DOWN", "TREE_RIGHT", "LAYERS_DOWN", "LAYERS_RIGHT"] as const;

const orNull = (text: string) => (text === "" ? null : text);

/** Only what differs is sent, so that two who change different things do not undo each other. */
function changed(project: ProjectView, form: FormData, chosen: Chosen): Ops["project.update"] {
  const read = (field: string) => {
    const value = form.get(field);
    return typeof value === "string" ? value.trim() : "";
  };
  const wanted = {
    name: read("name"),
    description: orNull(read("description")),
    systemPrompt: read("systemPrompt"),
    model: chosen.model,
    presetId: chosen.presetId,
    fallbackModels: chosen.fallbackModels,
    layout: chosen.layout,
  };
  const before = { ...project, systemPrompt: project.systemPrompt ?? "" };
  const isChanged = ([field, value]: [string, unknown]) =>
    JSON.stringify(value) !== JSON.stringify(before[field as keyof typeof before]);
  return Object.fromEntries(Object.entries(wanted).filter(isChanged));
}

interface LayoutProps {
  chosen: Chosen["layout"];
  onChange: (chosen: Chosen["layout"]) => void;
}

/** How the canvas keeps itself laid out, if it does. */
function LayoutSelect({ chosen, onChange }: LayoutProps) {
  const { panel } = useText();
  return (
    <Select
      label={panel.project.layout}
      hint={panel.project.layoutHint}
      value={chosen ?? ""}
      onChange={({ target }) => onChange(LAYOUTS.find((one) => one === target.value) ?? null)}
    >
      <option value="">{panel.project.noLayout}</option>
      {LAYOUTS.map((one) => (
        <option key={one} value={one}>
          {panel.project.layouts[one]}
        </option>
      ))}
    </Select>
  );
}

interface FallbacksProps {
  all: readonly string[];
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}

/** Models that are asked in turn when the first one fails. */
function Fallbacks({ all, chosen, onChange }: FallbacksProps) {
  const { panel, common } = useText();
  const others = all.filter((id) => !chosen.includes(id));
  return (
    <div>
      <Select
        label={panel.project.fallbacks}
        hint={panel.project.fallbacksHint}
        value=""
        disabled={others.length === 0}
        onChange={({ target }) => onChange([...chosen, target.value])}
      >
        <option value="">{panel.project.addFallback}</option>
        {named(others, null)}
      </Select>
      <ol className={styles.chain}>
        {chosen.map((id) => (
          <li key={id}>
            {id}
            <IconButton
              size="small"
              label={`${common.remove}: ${id}`}
              icon={<X aria-hidden />}
              onClick={() => onChange(chosen.filter((other) => other !== id))}
            />
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Newcomers see the project first as it is on the screen now. */
function FirstView() {
  const { panel } = useText();
  const { getViewport } = useReactFlow();
  const { submit, busy, refusal } = useOp();
  const keep = async () => {
    if (await submit("project.update", { viewport: getViewport() })) say(panel.project.firstViewKept);
  };
  return (
    <div>
      <Button size="small" busy={busy} onClick={() => void keep()}>
        {panel.project.firstView}
      </Button>
      <Refused refusal={refusal} />
    </div>
  );
}
