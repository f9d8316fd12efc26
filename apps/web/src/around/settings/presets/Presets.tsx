import { Plus } from "lucide-react";
import { useState } from "react";

import { useSettingsText } from "../../../text/settings.ts";
import { Button } from "../../../ui/Button.tsx";
import { Items } from "../../parts/Items.tsx";
import { Loaded } from "../../parts/Loaded.tsx";
import { Nothing } from "../../parts/Nothing.tsx";
import { Section } from "../../parts/Section.tsx";
import { EditPreset } from "./EditPreset.tsx";
import { usePresets, type Preset } from "./queries.ts";
import { PresetLine } from "./PresetLine.tsx";

export function Presets() {
  const { presets } = useSettingsText();
  const [creating, setCreating] = useState(false);
  const query = usePresets();
  const create = (
    <Button
      look="primary"
      onClick={() => {
        setCreating(true);
      }}
    >
      <Plus aria-hidden />
      {presets.create}
    </Button>
  );
  return (
    <>
      <Section title={presets.own} text={presets.text} actions={create}>
        <Loaded query={query}>
          {(items) => <List label={presets.own} presets={items.filter(({ isSystem }) => !isSystem)} />}
        </Loaded>
      </Section>
      <Section title={presets.system}>
        <Loaded query={query}>
          {(items) => <List label={presets.system} presets={items.filter(({ isSystem }) => isSystem)} />}
        </Loaded>
      </Section>
      <EditPreset
        open={creating}
        onClose={() => {
          setCreating(false);
        }}
      />
    </>
  );
}

function List({ label, presets: list }: { label: string; presets: readonly Preset[] }) {
  const { presets } = useSettingsText();
  if (list.length === 0) return <Nothing title={presets.none} text={presets.noneText} />;
  return (
    <Items label={label}>
      {list.map((preset) => (
        <PresetLine key={preset.id} preset={preset} />
      ))}
    </Items>
  );
}
