import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { api, data, type Schemas } from "../../../api/client.ts";
import { readAgain } from "../../../api/read-again.ts";
import { useUser } from "../../../session/use-session.ts";
import { useText } from "../../../text/index.ts";
import { useSettingsText } from "../../../text/settings.ts";
import { Button } from "../../../ui/Button.tsx";
import { Checkbox } from "../../../ui/Checkbox.tsx";
import { say } from "../../../ui/toasts.ts";
import { Form } from "../../parts/Form.tsx";
import { Password, PASSWORD_CHARS_MIN } from "../../parts/Password.tsx";
import { Section } from "../../parts/Section.tsx";
import { wrong } from "../../parts/wrong.ts";
import { TOKENS } from "../tokens/queries.ts";
import { SESSIONS } from "./sessions.ts";

export function ChangePassword() {
  const { account, frame } = useText().around;
  const settings = useSettingsText();
  const { security } = settings;
  const { email } = useUser();
  const [count, setCount] = useState(0);
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (body: Schemas["ChangePassword"]) => data(api.POST("/api/v1/auth/password", { body })),
    onSuccess: async () => {
      await readAgain(queries, SESSIONS);
      await readAgain(queries, TOKENS);
      // The fields begin anew: nobody needs what stands in them.
      setCount((before) => before + 1);
      say(security.changed);
    },
  });
  const { error } = change;
  return (
    <Section title={security.password} text={security.changeText}>
      <Form
        key={count}
        error={error}
        fields={["currentPassword", "newPassword"]}
        onSubmit={(values) => {
          change.mutate({
            currentPassword: values("currentPassword"),
            newPassword: values("newPassword"),
            endTokens: values("endTokens") !== "",
          });
        }}
        actions={
          <Button type="submit" look="primary" busy={change.isPending}>
            {security.change}
          </Button>
        }
      >
        {/* Tells password managers whose password this is. */}
        <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
        <Password
          label={security.current}
          name="currentPassword"
          autoComplete="current-password"
          error={wrong(error, "currentPassword")}
        />
        <Password
          label={account.newPassword}
          hint={account.passwordHint}
          name="newPassword"
          autoComplete="new-password"
          minLength={PASSWORD_CHARS_MIN}
          error={wrong(error, "newPassword")}
        />
        <Checkbox label={frame.endTokens} name="endTokens" />
      </Form>
    </Section>
  );
}
