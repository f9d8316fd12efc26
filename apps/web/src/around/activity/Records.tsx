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
import { narrowedBy, type Narrowed } from "./narrowing.ts";
import { useExport, useRecords, type AuditRecord, type Whose } from "./queries.ts";

/** Somebody whose doings alone are read. */
interface Person {
  readonly id: string;
  readonly name: string;
}

/** Who did what, to be narrowed to a kind of changes, to some days, and to one person. */
export function Records({ whose, text }: { whose: Whose; text: string }) {
  const { activity } = useSettingsText();
  const [said, setSaid] = useState<Narrowed>({});
  const [person, setPerson] = useState<Person | null>(null);
  const narrowed = person === null ? said : { ...said, actor: person.id };
  const query = useRecords(whose, narrowed);
  const save = useExport(whose, narrowed);
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
      <Narrowing error={query.error} narrow={setSaid} />
      {person !== null && (
        <p>
          {activity.onlyBy(person.name)}{" "}
          <Button
            size="small"
            onClick={() => {
              setPerson(null);
            }}
          >
            {activity.everybody}
          </Button>
        </p>
      )}
      <Loaded query={query}>
        {(records) =>
          records.length === 0 ? (
            <p role="status">{activity.none}</p>
          ) : (
            <Items label={activity.list}>
              {records.map((record) => (
                <Line key={record.id} record={record} only={whose === "own" || person !== null ? null : setPerson} />
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

function Narrowing({ error, narrow }: { error: unknown; narrow: (to: Narrowed) => void }) {
  const { activity } = useSettingsText();
  return (
    <Form
      label={activity.filter}
      error={null}
      onSubmit={(values) => {
        narrow(narrowedBy(values));
      }}
      actions={<Button type="submit">{activity.filter}</Button>}
    >
      <Input
        label={activity.action}
        hint={activity.actionHint}
        name="action"
        autoCapitalize="none"
        spellCheck={false}
        error={wrong(error, "action")}
      />
      <Input type="date" label={activity.from} name="from" error={wrong(error, "after")} />
      <Input type="date" label={activity.to} name="to" error={wrong(error, "before")} />
    </Form>
  );
}

interface LineProps {
  record: AuditRecord;
  /** Narrows the list to who did this, if that makes sense here. */
  only: ((person: Person) => void) | null;
}

function Line({ record, only }: LineProps) {
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
    >
      {only !== null && actor.id !== null && name !== null && (
        <Button
          size="small"
          look="quiet"
          onClick={() => {
            only({ id: actor.id ?? "", name });
          }}
        >
          {activity.only(name)}
        </Button>
      )}
    </ListItem>
  );
}
