import type { ComponentType } from "react";
import { Link, useParams } from "wouter";

import { useSettingsText } from "../../text/settings.ts";
import { Inside } from "../frame/Inside.tsx";
import { NotFound } from "../NotFound.tsx";
import { DeleteAccount } from "./DeleteAccount.tsx";
import { OwnActivity } from "./OwnActivity.tsx";
import { Notifications } from "./notifications/Notifications.tsx";
import { Presets } from "./presets/Presets.tsx";
import { Instructions } from "./profile/Instructions.tsx";
import { Profile } from "./profile/Profile.tsx";
import { Security } from "./security/Security.tsx";
import styles from "./Settings.module.css";
import { Tokens } from "./tokens/Tokens.tsx";

const PARTS = {
  profile: Profile,
  instructions: Instructions,
  security: Security,
  tokens: Tokens,
  notifications: Notifications,
  presets: Presets,
  activity: OwnActivity,
  account: DeleteAccount,
} satisfies Record<string, ComponentType>;
type PartName = keyof typeof PARTS;
const NAMES = Object.keys(PARTS) as PartName[];

const isPart = (name: string): name is PartName => name in PARTS;

export default function Settings() {
  const settings = useSettingsText();
  const { part = "profile" } = useParams();
  if (!isPart(part)) return <NotFound />;
  const Part = PARTS[part];
  return (
    <Inside title={settings.parts[part]} aside={<Places current={part} />}>
      <Part key={part} />
    </Inside>
  );
}

function Places({ current }: { current: PartName }) {
  const settings = useSettingsText();
  return (
    <nav className={styles.places} aria-label={settings.title}>
      {NAMES.map((name) => (
        <Link key={name} href={`/settings/${name}`} aria-current={name === current ? "page" : undefined}>
          {settings.parts[name]}
        </Link>
      ))}
    </nav>
  );
}
