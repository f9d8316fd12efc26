import type { ComponentType } from "react";
import { Link, useParams } from "wouter";

import { useUser } from "../../session/use-session.ts";
import { useSettingsText } from "../../text/settings.ts";
import { Inside } from "../frame/Inside.tsx";
import { NotFound } from "../NotFound.tsx";
import { DeleteAccount } from "./DeleteAccount.tsx";
import { OwnActivity, ServerActivity } from "./OwnActivity.tsx";
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
  server: ServerActivity,
} satisfies Record<string, ComponentType>;
type PartName = keyof typeof PARTS;
/** Only for whoever runs the server; to everybody else they are pages that are not there. */
const OF_OPERATORS: ReadonlySet<PartName> = new Set(["server"]);

/** The pages that there are for somebody. */
function useNames(): readonly PartName[] {
  const { isOperator } = useUser();
  return (Object.keys(PARTS) as PartName[]).filter((name) => isOperator || !OF_OPERATORS.has(name));
}

export default function Settings() {
  const settings = useSettingsText();
  const { part = "profile" } = useParams();
  const names = useNames();
  const name = names.find((each) => each === part);
  if (name === undefined) return <NotFound />;
  const Part = PARTS[name];
  return (
    <Inside title={settings.parts[name]} aside={<Places names={names} current={name} />}>
      <Part key={name} />
    </Inside>
  );
}

function Places({ names, current }: { names: readonly PartName[]; current: PartName }) {
  const settings = useSettingsText();
  return (
    <nav className={styles.places} aria-label={settings.title}>
      {names.map((name) => (
        <Link key={name} href={`/settings/${name}`} aria-current={name === current ? "page" : undefined}>
          {settings.parts[name]}
        </Link>
      ))}
    </nav>
  );
}
