import { Smartphone } from "lucide-react";
import { useState } from "react";

import type { Schemas } from "../../../api/client.ts";
import { useUser } from "../../../session/use-session.ts";
import { useSettingsText } from "../../../text/settings.ts";
import { Button } from "../../../ui/Button.tsx";
import { Checkbox } from "../../../ui/Checkbox.tsx";
import { askPermission, permission } from "../../notices/popups.ts";
import { canBeTold, remove, turnOff, turnOn, type Device } from "../../notices/push.ts";
import { Items, ListItem, Tag } from "../../parts/Items.tsx";
import { Loaded } from "../../parts/Loaded.tsx";
import { Section } from "../../parts/Section.tsx";
import { useTimes } from "../../parts/times.ts";
import { deviceOf } from "../security/device.ts";
import { useUserChange } from "../user.ts";
import { useDeviceChange, useDevices } from "./devices.ts";
import styles from "./Notifications.module.css";

/** The devices that are told something while no page is open. */
export function Devices() {
  const { devices } = useSettingsText();
  const query = useDevices();
  return (
    <Section title={devices.title} text={devices.text}>
      <Loaded query={query}>
        {(read) => (
          <>
            <ThisDevice read={read} />
            {read.devices.length > 0 && (
              <Items label={devices.title}>
                {read.devices.map((device) => (
                  <OneDevice key={device.id} device={device} />
                ))}
              </Items>
            )}
          </>
        )}
      </Loaded>
    </Section>
  );
}

function ThisDevice({ read: { publicKey, devices: all } }: { read: Schemas["PushView"] }) {
  const { devices, notices } = useSettingsText();
  const user = useUser();
  const account = useUserChange();
  const [may, setMay] = useState(permission);
  // Shown at once, and until it is known what came of it.
  const [wanted, setWanted] = useState<boolean | null>(null);
  const here = all.find(({ current }) => current);
  const change = useDeviceChange(async (on: boolean) => {
    if (!on) return turnOff(here);
    const allowed = await askPermission();
    setMay(allowed);
    if (allowed !== "granted" || publicKey === null) return;
    await turnOn(user.id, publicKey);
    if (!user.preferences.notifications.mobile) {
      await account.mutateAsync({ preferences: { notifications: { mobile: true } } });
    }
  });
  if (publicKey === null) return <p className={styles.hint}>{devices.off}</p>;
  if (!canBeTold()) return <p className={styles.hint}>{devices.missing}</p>;
  return (
    <>
      <Checkbox
        isSwitch
        label={devices.here}
        checked={wanted ?? here !== undefined}
        disabled={change.isPending}
        onChange={({ target }) => {
          setWanted(target.checked);
          change.mutate(target.checked, { onSettled: () => setWanted(null) });
        }}
      />
      {may === "denied" && <p className={styles.hint}>{notices.refused}</p>}
    </>
  );
}

function OneDevice({ device }: { device: Device }) {
  const { devices, sessions } = useSettingsText();
  const { ago, day } = useTimes();
  const change = useDeviceChange((gone: Device) => (gone.current ? turnOff(gone) : remove(gone)));
  const label = device.label ?? sessions.unknown;
  const known = deviceOf(label);
  const name = known === null ? label : sessions.browser(known.browser, known.system);
  return (
    <ListItem
      icon={<Smartphone aria-hidden />}
      title={
        <>
          {name}
          {device.current && <Tag>{sessions.here}</Tag>}
        </>
      }
      facts={[
        device.lastUsedAt === null ? devices.never : devices.told(ago(device.lastUsedAt)),
        sessions.since(day(device.createdAt)),
      ]}
    >
      <Button
        size="small"
        aria-label={devices.removeLabel(name)}
        busy={change.isPending}
        onClick={() => change.mutate(device)}
      >
        {devices.remove}
      </Button>
    </ListItem>
  );
}
