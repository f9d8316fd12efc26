import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { api, data, type Schemas } from "../../../api/client.ts";
import { useUser } from "../../../session/use-session.ts";
import { useText } from "../../../text/index.ts";
import { useSettingsText } from "../../../text/settings.ts";
import { Button } from "../../../ui/Button.tsx";
import { Input } from "../../../ui/Field.tsx";
import { Form } from "../../parts/Form.tsx";
import { Password } from "../../parts/Password.tsx";
import { Section } from "../../parts/Section.tsx";
import { wrong } from "../../parts/wrong.ts";

/** Asks for another address; what is said after it is the same whether or not somebody has that one. */
export function ChangeAddress() {
  const { account } = useText().around;
  const settings = useSettingsText();
  const { address } = settings;
  const { totpEnabled } = useUser();
  const [count, setCount] = useState(0);
  const change = useMutation({
    mutationFn: (body: Schemas["ChangeEmail"]) => data(api.POST("/api/v1/users/me/email", { body })),
    onSuccess: () => {
      // The fields begin anew: nobody needs what stands in them.
      setCount((before) => before + 1);
    },
  });
  const { error, variables: asked } = change;
  return (
    <Section title={address.title} text={address.text}>
      <Form
        key={count}
        error={error}
        fields={["email", "password", "totp"]}
        onSubmit={(values) => {
          const code = values("totp").trim();
          change.mutate({ email: values("email"), password: values("password"), totp: code === "" ? null : code });
        }}
        actions={
          <Button type="submit" look="primary" busy={change.isPending}>
            {address.submit}
          </Button>
        }
      >
        <Input
          label={address.label}
          name="email"
          type="email"
          autoComplete="email"
          required
          error={wrong(error, "email")}
        />
        <Password
          label={account.password}
          name="password"
          autoComplete="current-password"
          error={wrong(error, "password")}
        />
        {totpEnabled && (
          <Input
            label={address.code}
            name="totp"
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            required
            error={wrong(error, "totp")}
          />
        )}
      </Form>
      <p role="status">{change.isSuccess && asked !== undefined && address.sent(asked.email)}</p>
    </Section>
  );
}
