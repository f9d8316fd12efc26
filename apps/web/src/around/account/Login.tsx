import { useMutation } from "@tanstack/react-query";

import { api, data, type Schemas } from "../../api/client.ts";
import { Refused } from "../../api/problem.ts";
import { begin } from "../../session/session.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Checkbox } from "../../ui/Checkbox.tsx";
import { Input } from "../../ui/Field.tsx";
import { Outside } from "../frame/Outside.tsx";
import { Form } from "../parts/Form.tsx";
import { Password } from "../parts/Password.tsx";
import { wrong } from "../parts/wrong.ts";
import { Aside, Invited, To } from "./links.tsx";

type Credentials = Schemas["Login"];

export function Login() {
  const { account } = useText().around;
  const login = useMutation({
    mutationFn: (body: Credentials) => data(api.POST("/api/v1/auth/login", { body })),
    onSuccess: begin,
  });
  const { error, variables: tried } = login;
  if (tried !== undefined && (tried.totp !== undefined || asksForCode(error))) {
    return (
      <SecondStep
        error={asksForCode(error) ? null : error}
        busy={login.isPending}
        onCode={(totp) => {
          login.mutate({ ...tried, totp });
        }}
        onBack={login.reset}
      />
    );
  }
  return (
    <Outside title={account.login.title} intro>
      <Invited />
      <Form
        label={account.login.title}
        error={error}
        words={{ invalid_credentials: account.login.wrong }}
        fields={["email", "password"]}
        onSubmit={(values) => {
          login.mutate({ email: values("email"), password: values("password"), stay: values("stay") !== "" });
        }}
        tall
        actions={
          <Button type="submit" look="primary" busy={login.isPending}>
            {account.login.submit}
          </Button>
        }
      >
        <Input
          label={account.email}
          name="email"
          type="email"
          autoComplete="username"
          required
          autoFocus
          error={wrong(error, "email")}
        />
        <Password
          label={account.password}
          name="password"
          autoComplete="current-password"
          error={wrong(error, "password")}
        />
        <Checkbox label={account.stay} name="stay" defaultChecked />
      </Form>
      <Aside>
        <To page="/forgot">{account.login.forgot}</To>
      </Aside>
      <Aside>
        {account.login.noAccount} <To page="/register">{account.login.register}</To>
      </Aside>
    </Outside>
  );
}

const asksForCode = (error: unknown) => error instanceof Refused && error.code === "totp_required";

interface StepProps {
  error: unknown;
  busy: boolean;
  onCode: (code: string) => void;
  onBack: () => void;
}

function SecondStep({ error, busy, onCode, onBack }: StepProps) {
  const { code } = useText().around.account;
  return (
    <Outside title={code.title} intro>
      <p>{code.text}</p>
      <Form
        label={code.title}
        error={error}
        // The password was right, or nobody would be asked for a code.
        words={{ invalid_credentials: code.wrong }}
        fields={["totp"]}
        onSubmit={(values) => {
          onCode(values("totp").trim());
        }}
        tall
        actions={
          <>
            <Button type="submit" look="primary" busy={busy}>
              {code.submit}
            </Button>
            <Button look="quiet" onClick={onBack}>
              {code.back}
            </Button>
          </>
        }
      >
        <Input
          label={code.label}
          hint={code.hint}
          name="totp"
          autoComplete="one-time-code"
          autoCapitalize="none"
          spellCheck={false}
          required
          autoFocus
          error={wrong(error, "totp")}
        />
      </Form>
    </Outside>
  );
}
