import { useMutation } from "@tanstack/react-query";

import { api, data, type Schemas } from "../../api/client.ts";
import { begin } from "../../session/session.ts";
import { language, useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Checkbox } from "../../ui/Checkbox.tsx";
import { Input } from "../../ui/Field.tsx";
import { Outside } from "../frame/Outside.tsx";
import { Form, type Values } from "../parts/Form.tsx";
import { Password, PASSWORD_CHARS_MIN } from "../parts/Password.tsx";
import { wrong } from "../parts/wrong.ts";
import styles from "./Register.module.css";
import { Aside, Invited, To } from "./links.tsx";

const FIELDS = ["username", "firstName", "lastName", "email", "password"];

export function Register() {
  const { account } = useText().around;
  const register = useMutation({
    mutationFn: (body: Schemas["Register"]) => data(api.POST("/api/v1/auth/register", { body })),
    onSuccess: begin,
  });
  const { error } = register;
  return (
    <Outside title={account.register.title} intro>
      <Invited />
      <Form
        label={account.register.title}
        error={error}
        fields={FIELDS}
        onSubmit={(values) => {
          register.mutate(entered(values));
        }}
        tall
        actions={
          <Button type="submit" look="primary" busy={register.isPending}>
            {account.register.submit}
          </Button>
        }
      >
        <Names error={error} />
        <Input
          label={account.email}
          name="email"
          type="email"
          autoComplete="username"
          required
          error={wrong(error, "email")}
        />
        <Password
          label={account.password}
          hint={account.passwordHint}
          name="password"
          autoComplete="new-password"
          minLength={PASSWORD_CHARS_MIN}
          error={wrong(error, "password")}
        />
        <Checkbox label={account.stay} name="stay" defaultChecked />
      </Form>
      <Aside>
        {account.register.hasAccount} <To page="/login">{account.register.login}</To>
      </Aside>
    </Outside>
  );
}

/** What others call them; all of it can be left out. */
function Names({ error }: { error: unknown }) {
  const { account, frame } = useText().around;
  return (
    <>
      <Input
        label={account.username}
        hint={account.usernameHint}
        name="username"
        autoComplete="nickname"
        autoCapitalize="none"
        spellCheck={false}
        placeholder={frame.optional}
        autoFocus
        error={wrong(error, "username")}
      />
      <div className={styles.names}>
        <Input
          label={account.firstName}
          name="firstName"
          autoComplete="given-name"
          placeholder={frame.optional}
          error={wrong(error, "firstName")}
        />
        <Input
          label={account.lastName}
          name="lastName"
          autoComplete="family-name"
          placeholder={frame.optional}
          error={wrong(error, "lastName")}
        />
      </div>
    </>
  );
}

function entered(values: Values): Schemas["Register"] {
  const orNull = (field: string) => (values(field).trim() === "" ? null : values(field));
  return {
    email: values("email"),
    password: values("password"),
    username: orNull("username"),
    firstName: orNull("firstName"),
    lastName: orNull("lastName"),
    // The first mail comes in the language of this page.
    language: language(),
    timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    stay: values("stay") !== "",
  };
}
