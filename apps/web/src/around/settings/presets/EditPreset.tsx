import type { Schemas } from "../../../api/client.ts";
import { text, useText } from "../../../text/index.ts";
import { settingsText, useSettingsText } from "../../../text/settings.ts";
import { Button } from "../../../ui/Button.tsx";
import { Dialog } from "../../../ui/Dialog.tsx";
import { Input, Select, TextArea } from "../../../ui/Field.tsx";
import { say } from "../../../ui/toasts.ts";
import { Form, type Values } from "../../parts/Form.tsx";
import { wrong } from "../../parts/wrong.ts";
import { orNull } from "../user.ts";
import styles from "./Presets.module.css";
import { create, update, useModels, usePresetChange, type Preset } from "./queries.ts";

interface Props {
  /** The one to change; a new one without. */
  preset?: Preset;
  open: boolean;
  onClose: () => void;
}

export function EditPreset({ preset, open, onClose }: Props) {
  const { common } = useText();
  const { presets } = useSettingsText();
  const saving = usePresetChange(preset === undefined ? create : update(preset), () => {
    onClose();
    say(preset === undefined ? settingsText().presets.created : text().common.saved);
  });
  const close = () => {
    saving.reset();
    onClose();
  };
  return (
    <Dialog title={preset === undefined ? presets.create : presets.editTitle} open={open} onClose={close}>
      <Form
        error={saving.error}
        fields={["name", "icon", "description", "about", "behavior", "commands", "preferredModel"]}
        onSubmit={(values) => {
          saving.mutate(entered(values));
        }}
        actions={
          <>
            <Button onClick={close}>{common.cancel}</Button>
            <Button type="submit" look="primary" busy={saving.isPending}>
              {preset === undefined ? presets.submit : common.save}
            </Button>
          </>
        }
      >
        <Fields preset={preset} error={saving.error} />
      </Form>
    </Dialog>
  );
}

function Fields({ preset, error }: { preset: Preset | undefined; error: unknown }) {
  const { presets, instructions } = useSettingsText();
  return (
    <>
      <div className={styles.names}>
        <Input
          label={presets.name}
          name="name"
          defaultValue={preset?.name}
          maxLength={100}
          required
          autoFocus
          autoComplete="off"
          error={wrong(error, "name")}
        />
        <Input
          label={presets.icon}
          name="icon"
          defaultValue={preset?.icon ?? ""}
          placeholder="✎"
          maxLength={16}
          autoComplete="off"
          error={wrong(error, "icon")}
        />
      </div>
      <Input
        label={presets.description}
        name="description"
        defaultValue={preset?.description ?? ""}
        maxLength={2000}
        autoComplete="off"
        error={wrong(error, "description")}
      />
      {(["about", "behavior", "commands"] as const).map((part) => (
        <TextArea
          key={part}
          label={instructions[part]}
          name={part}
          defaultValue={preset?.[part] ?? ""}
          maxLength={4000}
          rows={3}
          error={wrong(error, part)}
        />
      ))}
      <Models chosen={preset?.preferredModel ?? ""} error={wrong(error, "preferredModel")} />
    </>
  );
}

function Models({ chosen, error }: { chosen: string; error: string | undefined }) {
  const { presets } = useSettingsText();
  const known = useModels().data?.map(({ id }) => id) ?? [];
  // A model that is no longer offered stays what was chosen, until somebody chooses another one.
  const ids = chosen === "" || known.includes(chosen) ? known : [chosen, ...known];
  return (
    <Select key={ids.length} label={presets.model} name="preferredModel" defaultValue={chosen} error={error}>
      <option value="">{presets.anyModel}</option>
      {ids.map((id) => (
        <option key={id} value={id}>
          {id}
        </option>
      ))}
    </Select>
  );
}

function entered(values: Values): Schemas["CreatePreset"] {
  return {
    name: values("name"),
    icon: orNull(values("icon")),
    description: orNull(values("description")),
    about: orNull(values("about")),
    behavior: orNull(values("behavior")),
    commands: orNull(values("commands")),
    preferredModel: orNull(values("preferredModel")),
  };
}
