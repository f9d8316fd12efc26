import { useSettingsText } from "../../text/settings.ts";
import { Records } from "../activity/Records.tsx";

export function OwnActivity() {
  const { activity } = useSettingsText();
  return <Records whose="own" text={activity.text} />;
}

/** The same of everybody, for whoever runs the server. */
export function ServerActivity() {
  const { activity } = useSettingsText();
  return <Records whose="all" text={activity.serverText} />;
}
