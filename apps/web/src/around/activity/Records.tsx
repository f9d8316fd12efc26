import { Download } from "lucide-react";
import { useState } from "react";

import { useSettingsText } from "../../text/settings.ts";
import { Button } from "../../ui/Button.tsx";
import { Input } from "../../ui/Field.tsx";
import { Form } from "../parts/Form.tsx";
import { Items, ListItem, Tag } from "../parts/Items.tsx";
import { Loaded } from "../parts/Loaded.tsx";
import { Section } from "../parts/Section.tsx";
import { useTimes } from "../parts/times.ts";
import { wrong } from "../parts/wrong.ts";
import { changesOf, type Change } from "./changes.ts";
import { useExport, useRecords, type AuditRecord, type Whose } from "./queries.ts";

/** Who did what, to be narrowed to one kind of changes. */
export function Records({ whose, text }: { whose: Whose; text: string }) {
  const { activity } = useSettingsText();
  const [action, setAction] = useState("");
  const query = useRecords(whose, action);
  const save = useExport(whose, action);
  return (
    <Section
      text={text}
      actions={
        <Button
          busy={save.isPending}
          onClick={() => {
            save.mutate();
          }}
        >
          <Download aria-hidden />
          {activity.export}
        </Button>
      }
    >
      <Form
        label={activity.action}
        error={null}
        onSubmit={(values) => {
          setAction(values("action").trim().toLowerCase());
        }}
        actions={<Button type="submit">{activity.filter}</Button>}
      >
        <Input
          label={activity.action}
          hint={activity.actionHint}
          name="action"
          autoCapitalize="none"
          spellCheck={false}
          error={wrong(query.error, "action")}
        />
      </Form>
      <Loaded query={query}>
        {(records) =>
          records.length === 0 ? (
            <p role="status">{activity.none}</p>
          ) : (
            <Items label={activity.list}>
              {records.map((record) => (
                <Line key={record.id} record={record} />
              ))}
            </Items>
          )
        }
      </Loaded>
      {query.hasNextPage && (
        <Button busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {activity.more}
        </Button>
      )}
    </Section>
  );
}

function Line({ record }: { record: AuditRecord }) {
  const { activity } = useSettingsText();
  const { full } = useTimes();
  const { action, actor, address, at, severity } = record;
  const word = activity.severities[severity];
  const name = actor.name ?? actor.email;
  const who = name === null ? (actor.kind === "SYSTEM" ? activity.server : activity.unknown) : activity.by(name);
  const said = ({ field, before, after }: Change) =>
    before === null
      ? activity.now(field, after ?? activity.nothing)
      : activity.changed(field, before, after ?? activity.nothing);
  return (
    <ListItem
      title={
        <>
          {action}
          {word !== "" && <Tag>{word}</Tag>}
        </>
      }
      facts={[full(at), who, address, ...changesOf(record).map(said)]}
    />
  );
}
