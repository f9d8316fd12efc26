import { useText } from "../../text/index.ts";
import { Records } from "../activity/Records.tsx";

export function OwnActivity() {
  const { activity } = useText().around.settings;
  return <Records whose="own" text={activity.text} />;
}
