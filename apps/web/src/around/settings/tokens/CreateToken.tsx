import { useState } from "react";

import { useText } from "../../../text/index.ts";
import { useSettingsText } from "../../../text/settings.ts";
import { Button } from "../../../ui/Button.tsx";
import { Checkbox } from "../../../ui/Checkbox.tsx";
import { Dialog } from "../../../ui/Dialog.tsx";
import { Input, Select } from "../../../ui/Field.tsx";
import { Form } from "../../parts/Form.tsx";
import { Secret } from "../../parts/Secret.tsx";
import { wrong } from "../../parts/wrong.ts";
import { SCOPES, type OfferedScope } from "./scopes.ts";
import { useTokenMaking, type NewToken } from "./queries.ts";
import styles from "./CreateToken.module.css";

const DAYS: readonly number[] = [7, 30, 90, 365];
const DAYS_DEFAULT = 90;
const DAY_MS = 86_400_000;

interface Props {
  open: boolean;
  onClose: () => void;
}

export function CreateToken({ open, onClose }: Props) {
  const { tokens } = useSettingsText();
  const [made, setMade] = useState<NewToken | null>(null);
  return (
    <>
      <Dialog title={tokens.create} open={open} onClose={onClose}>
        <Fields
          onClose={onClose}
          onMade={(token) => {
            setMade(token);
            onClose();
          }}
        />
      </Dialog>
      <Dialog
        title={tokens.shownTitle}
        open={made !== null}
        onClose={() => {
          setMade(null);
        }}
        firm
      >
        <p>{tokens.shownText}</p>
        <Secret label={tokens.token} value={made?.token ?? ""} />
        <div className={styles.actions}>
          <Button
            look="primary"
            onClick={() => {
              setMade(null);
            }}
          >
            {tokens.done}
          </Button>
        </div>
      </Dialog>
    </>
  );
}

function Fields({ onClose, onMade }: { onClose: () => void; onMade: (made: NewToken) => void }) {
  const { common } = useText();
  const { tokens } = useSettingsText();
  const making = useTokenMaking(onMade);
  const [scopes, setScopes] = useState<readonly OfferedScope[]>([]);
  const { error } = making;
  return (
    <Form
      error={error}
      fields={["name", "expiresAt"]}
      onSubmit={(values) => {
        const expiresAt = new Date(Date.now() + Number(values("days")) * DAY_MS).toISOString();
        making.mutate({ name: values("name"), scopes: [...scopes], expiresAt });
      }}
      actions={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button type="submit" look="primary" busy={making.isPending} disabled={scopes.length === 0}>
            {tokens.submit}
          </Button>
        </>
      }
    >
      <Input
        label={tokens.name}
        name="name"
        placeholder={tokens.namePlaceholder}
        maxLength={100}
        required
        autoFocus
        autoComplete="off"
        error={wrong(error, "name")}
      />
      <Scopes chosen={scopes} onChoose={setScopes} />
      <Select label={tokens.expiry} name="days" defaultValue={DAYS_DEFAULT} error={wrong(error, "expiresAt")}>
        {DAYS.map((days) => (
          <option key={days} value={days}>
            {tokens.days(days)}
          </option>
        ))}
      </Select>
    </Form>
  );
}

function Scopes({
  chosen,
  onChoose,
}: {
  chosen: readonly OfferedScope[];
  onChoose: (scopes: readonly OfferedScope[]) => void;
}) {
  const { tokens } = useSettingsText();
  return (
    <fieldset className={styles.scopes}>
      <legend>{tokens.scopes}</legend>
      {SCOPES.map((scope) => (
        <Checkbox
          key={scope}
          label={tokens.scope[scope]}
          checked={chosen.includes(scope)}
          onChange={(event) => {
            onChoose(event.target.checked ? [...chosen, scope] : chosen.filter((other) => other !== scope));
          }}
        />
      ))}
      <p className={styles.hint}>{tokens.noScope}</p>
    </fieldset>
  );
}
