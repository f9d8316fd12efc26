import { useTheme } from "../../../ui/theme.ts";
import { useUser } from "../../../session/use-session.ts";
import { LANGUAGES, useLanguage, useText } from "../../../text/index.ts";
import { useSettingsText } from "../../../text/settings.ts";
import { Button } from "../../../ui/Button.tsx";
import { Input, Select } from "../../../ui/Field.tsx";
import { chooseLanguage, chooseTheme } from "../../frame/Choosers.tsx";
import { Form } from "../../parts/Form.tsx";
import { Section } from "../../parts/Section.tsx";
import { wrong } from "../../parts/wrong.ts";
import styles from "../Settings.module.css";
import { ChangeAddress } from "./ChangeAddress.tsx";
import { Picture } from "./Picture.tsx";
import { orNull, useUserChange } from "../user.ts";

export function Profile() {
  return (
    <>
      <Names />
      <Picture />
      <ChangeAddress />
      <Appearance />
    </>
  );
}

function Names() {
  const { around, common } = useText();
  const { account } = around;
  const { profile } = useSettingsText();
  const user = useUser();
  const change = useUserChange();
  const { error } = change;
  return (
    <Section text={profile.text}>
      <Form
        error={error}
        fields={["username", "firstName", "lastName"]}
        onSubmit={(values) => {
          change.mutate({
            username: orNull(values("username")),
            firstName: orNull(values("firstName")),
            lastName: orNull(values("lastName")),
          });
        }}
        actions={
          <Button type="submit" look="primary" busy={change.isPending}>
            {common.save}
          </Button>
        }
      >
        <Input
          label={profile.email}
          value={user.email}
          readOnly
          hint={user.emailVerified ? profile.verified : profile.unverified}
        />
        <Input
          label={profile.username}
          hint={profile.usernameHint}
          name="username"
          defaultValue={user.username ?? ""}
          autoComplete="nickname"
          spellCheck={false}
          error={wrong(error, "username")}
        />
        <div className={styles.pair}>
          <Input
            label={account.firstName}
            name="firstName"
            defaultValue={user.firstName ?? ""}
            autoComplete="given-name"
            error={wrong(error, "firstName")}
          />
          <Input
            label={account.lastName}
            name="lastName"
            defaultValue={user.lastName ?? ""}
            autoComplete="family-name"
            error={wrong(error, "lastName")}
          />
        </div>
      </Form>
    </Section>
  );
}

function Appearance() {
  const { frame } = useText().around;
  const settings = useSettingsText();
  return (
    <Section title={settings.profile.appearance} text={settings.profile.appearanceText}>
      <div className={styles.pair}>
        <Select
          label={frame.language}
          value={useLanguage()}
          onChange={(event) => {
            chooseLanguage(event.target.value);
          }}
        >
          <Options names={LANGUAGES} />
        </Select>
        <Select
          label={frame.theme}
          value={useTheme()}
          onChange={(event) => {
            chooseTheme(event.target.value);
          }}
        >
          <Options names={frame.themes} />
        </Select>
      </div>
    </Section>
  );
}

const Options = ({ names }: { names: Readonly<Record<string, string>> }) =>
  Object.entries(names).map(([key, name]) => (
    <option key={key} value={key}>
      {name}
    </option>
  ));
