import { EllipsisVertical, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";

import { useUser } from "../../../session/use-session.ts";
import { useText } from "../../../text/index.ts";
import { useSettingsText } from "../../../text/settings.ts";
import { presetWords } from "../../../ui/preset-words.ts";
import { IconButton } from "../../../ui/Button.tsx";
import { Confirm } from "../../../ui/Dialog.tsx";
import { Item, Menu } from "../../../ui/Menu.tsx";
import { say, sayFailed } from "../../../ui/toasts.ts";
import { ListItem } from "../../parts/Items.tsx";
import { EditPreset } from "./EditPreset.tsx";
import styles from "./Presets.module.css";
import { remove, usePresetChange, type Preset } from "./queries.ts";

export function PresetLine({ preset }: { preset: Preset }) {
  const { name, icon, description, preferredModel, isSystem } = preset;
  const { isOperator } = useUser();
  return (
    <ListItem
      icon={
        <span className={styles.icon} aria-hidden="true">
          {icon ?? name.slice(0, 1).toUpperCase()}
        </span>
      }
      title={isSystem ? <Shown preset={preset} /> : name}
      facts={isSystem ? [] : [description, preferredModel].map((fact) => (fact === "" ? null : fact))}
    >
      {(!isSystem || isOperator) && <Actions preset={preset} />}
    </ListItem>
  );
}

/** What a preset of the server says, for those who want to know. */
function Shown({ preset }: { preset: Preset }) {
  const text = useText();
  const settings = useSettingsText();
  const { name, description } = presetWords(preset, text);
  const parts = (["about", "behavior", "commands"] as const).filter(
    (part) => preset[part] !== null && preset[part] !== "",
  );
  return (
    <details className={styles.details}>
      <summary>
        {name} <span>{description}</span>
      </summary>
      <dl>
        {parts.map((part) => (
          <div key={part}>
            <dt>{settings.instructions[part]}</dt>
            <dd>{preset[part]}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** What came with the server is changed by whoever runs it, and stays. */
function Actions({ preset }: { preset: Preset }) {
  const { common } = useText();
  const { presets } = useSettingsText();
  const [asking, setAsking] = useState<"edit" | "delete" | null>(null);
  const removal = usePresetChange(remove, () => {
    say(presets.deleted);
  });
  const close = () => {
    setAsking(null);
  };
  return (
    <>
      <Menu button={<IconButton label={presets.actions(preset.name)} icon={<EllipsisVertical aria-hidden />} />}>
        <Item
          icon={<Pencil aria-hidden />}
          onSelect={() => {
            setAsking("edit");
          }}
        >
          {presets.edit}…
        </Item>
        {!preset.isSystem && (
          <Item
            icon={<Trash2 aria-hidden />}
            danger
            onSelect={() => {
              setAsking("delete");
            }}
          >
            {common.delete}…
          </Item>
        )}
      </Menu>
      <EditPreset preset={preset} open={asking === "edit"} onClose={close} />
      <Confirm
        title={presets.deleteTitle}
        text={presets.deleteText(preset.name)}
        action={common.delete}
        open={asking === "delete"}
        busy={removal.isPending}
        onClose={close}
        onConfirm={() => {
          removal.mutate(preset, { onError: sayFailed });
        }}
      />
    </>
  );
}
