import { useState } from "react";

import { useUser } from "../../../session/use-session.ts";
import { useSettingsText } from "../../../text/settings.ts";
import { Button } from "../../../ui/Button.tsx";
import { Checkbox } from "../../../ui/Checkbox.tsx";
import { Input, Select } from "../../../ui/Field.tsx";
import { askPermission, permission } from "../../notices/popups.ts";
import { Loaded } from "../../parts/Loaded.tsx";
import { Section } from "../../parts/Section.tsx";
import { useUserChange } from "../user.ts";
import { Devices } from "./Devices.tsx";
import styles from "./Notifications.module.css";
import { Projects } from "./Projects.tsx";
import { useChoices, usePreferences, type NoticeType, type Preferences, type Way, type Ways } from "./queries.ts";
import { TypeTable } from "./TypeTable.tsx";

/** What somebody wants to be told, by which ways, and when. */
export function Notifications() {
  const query = usePreferences();
  return (
    <>
      <EveryWay />
      <Devices />
      <Loaded query={query}>{(read) => <Choices read={read} />}</Loaded>
    </>
  );
}

function Choices({ read }: { read: Preferences }) {
  const [chosen, choose] = useChoices(read);
  return (
    <>
      <Types chosen={chosen} onChoose={choose} />
      <When chosen={chosen} onChoose={choose} />
      <Projects chosen={chosen} onChoose={choose} />
    </>
  );
}

interface Props {
  chosen: Preferences;
  onChoose: (chosen: Preferences) => void;
}

/** What is off here is off for all types. */
function EveryWay() {
  const { notices } = useSettingsText();
  const user = useUser();
  const change = useUserChange();
  const ways = user.preferences.notifications;
  const [may, setMay] = useState(permission);
  const turn = (way: Way, on: boolean) => change.mutate({ preferences: { notifications: { [way]: on } } });
  return (
    <Section text={notices.text}>
      <Checkbox
        isSwitch
        label={notices.email(user.email)}
        checked={ways.email}
        onChange={({ target }) => turn("email", target.checked)}
      />
      {!user.emailVerified && <p className={styles.hint}>{notices.unconfirmed}</p>}
      <Checkbox
        isSwitch
        label={notices.browser}
        checked={ways.browser}
        onChange={({ target }) => turn("browser", target.checked)}
      />
      {may === "default" && (
        <Button size="small" className={styles.allow} onClick={() => void askPermission().then(setMay)}>
          {notices.allow}
        </Button>
      )}
      {(may === "denied" || may === "missing") && <p className={styles.hint}>{notices.refused}</p>}
      <Checkbox
        isSwitch
        label={notices.mobile}
        checked={ways.mobile}
        onChange={({ target }) => turn("mobile", target.checked)}
      />
    </Section>
  );
}

function Types({ chosen, onChoose }: Props) {
  const { notices } = useSettingsText();
  const types = Object.entries(chosen.types ?? {}) as [NoticeType, Ways][];
  return (
    <Section title={notices.types}>
      <TypeTable
        types={types}
        onTurn={(type, ways) => onChoose({ ...chosen, types: { ...chosen.types, [type]: ways } })}
      />
    </Section>
  );
}

/** The night, as most people have it. */
const NIGHT = { from: "22:00", to: "07:00" };

function When({ chosen, onChoose }: Props) {
  const { notices } = useSettingsText();
  const quiet = chosen.quietHours ?? null;
  const digest = chosen.digest ?? "NONE";
  const set = (change: Partial<typeof NIGHT>) => {
    const hours = { ...NIGHT, ...quiet, ...change };
    // A field that is being typed in is empty for a moment.
    if (hours.from !== "" && hours.to !== "") onChoose({ ...chosen, quietHours: hours });
  };
  return (
    <Section title={notices.when} text={notices.whenText}>
      <Select
        label={notices.digest}
        value={digest}
        onChange={({ target }) => onChoose({ ...chosen, digest: target.value as typeof digest })}
      >
        {(["NONE", "DAILY", "WEEKLY"] as const).map((one) => (
          <option key={one} value={one}>
            {notices.digests[one]}
          </option>
        ))}
      </Select>
      <Checkbox
        isSwitch
        label={notices.quiet}
        checked={quiet !== null}
        onChange={({ target }) => onChoose({ ...chosen, quietHours: target.checked ? NIGHT : null })}
      />
      {quiet !== null && (
        <div className={styles.hours}>
          <Input
            type="time"
            label={notices.from}
            value={quiet.from}
            onChange={({ target }) => set({ from: target.value })}
          />
          <Input type="time" label={notices.to} value={quiet.to} onChange={({ target }) => set({ to: target.value })} />
        </div>
      )}
      <Zone />
    </Section>
  );
}

/** Hours are those of a place. One that was never chosen can be taken from this device. */
function Zone() {
  const { notices } = useSettingsText();
  const { preferences } = useUser();
  const change = useUserChange();
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const zone = preferences.timezone ?? null;
  return (
    <p className={styles.hint}>
      {notices.zone(zone ?? "UTC")}{" "}
      {zone !== here && (
        <Button size="small" busy={change.isPending} onClick={() => change.mutate({ preferences: { timezone: here } })}>
          {notices.zoneHere(here)}
        </Button>
      )}
    </p>
  );
}
