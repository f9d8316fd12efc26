import { LaptopMinimal } from "lucide-react";

import type { Schemas } from "../../../api/client.ts";
import { useSettingsText } from "../../../text/settings.ts";
import { Button } from "../../../ui/Button.tsx";
import { say } from "../../../ui/toasts.ts";
import { LogOutEverywhere } from "../../frame/LogOutEverywhere.tsx";
import { Items, ListItem, Tag } from "../../parts/Items.tsx";
import { Loaded } from "../../parts/Loaded.tsx";
import { Section } from "../../parts/Section.tsx";
import { useTimes } from "../../parts/times.ts";
import { deviceOf } from "./device.ts";
import { useSessionEnd, useSessions } from "./sessions.ts";

export function Sessions() {
  const { sessions } = useSettingsText();
  const query = useSessions();
  return (
    <Section title={sessions.title} text={sessions.text} actions={<LogOutEverywhere />}>
      <Loaded query={query}>
        {(items) => (
          <Items label={sessions.title}>
            {items.map((session) => (
              <Session key={session.id} session={session} />
            ))}
          </Items>
        )}
      </Loaded>
    </Section>
  );
}

function Session({ session }: { session: Schemas["SessionView"] }) {
  const { sessions } = useSettingsText();
  const { ago, day } = useTimes();
  const end = useSessionEnd(() => {
    say(sessions.ended);
  });
  const label = session.label ?? sessions.unknown;
  const device = deviceOf(label);
  const name = device === null ? label : sessions.browser(device.browser, device.system);
  return (
    <ListItem
      icon={<LaptopMinimal aria-hidden />}
      title={
        <>
          {name}
          {session.current && <Tag>{sessions.here}</Tag>}
        </>
      }
      facts={[session.address ?? null, sessions.used(ago(session.lastUsedAt)), sessions.since(day(session.createdAt))]}
    >
      {!session.current && (
        <Button
          size="small"
          aria-label={sessions.endLabel(name)}
          busy={end.isPending}
          onClick={() => {
            end.mutate(session.id);
          }}
        >
          {sessions.end}
        </Button>
      )}
    </ListItem>
  );
}
