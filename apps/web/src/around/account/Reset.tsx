import { useMutation } from "@tanstack/react-query";
import { Link, useLocation, useSearchParams } from "wouter";

import { api, data } from "../../api/client.ts";
import { Refused } from "../../api/problem.ts";
import { end } from "../../session/session.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { say } from "../../ui/toasts.ts";
import { Outside } from "../frame/Outside.tsx";
import { Form } from "../parts/Form.tsx";
import { Password, PASSWORD_CHARS_MIN } from "../parts/Password.tsx";
import { wrong } from "../parts/wrong.ts";
import { Aside, Notice } from "./links.tsx";

/** Where the mail of `Forgot` leads. */
export default function Reset() {
  const { account } = useText().around;
  const token = useSearchParams()[0].get("token");
  const [, go] = useLocation();
  const reset = useMutation({
    mutationFn: (password: string) => data(api.POST("/api/v1/auth/password/reset", { body: { token, password } })),
    onSuccess: () => {
      // The server has ended every session, this one included.
      end();
      say(account.reset.done);
      go("/login");
    },
  });
  const isSpent = reset.error instanceof Refused && reset.error.code === "invalid_token";
  return (
    <Outside title={account.reset.title}>
      {token === null ? (
        <Notice>{account.reset.noToken}</Notice>
      ) : (
        <>
          <p>{account.reset.text}</p>
          <Form
            label={account.reset.title}
            error={reset.error}
            fields={["password"]}
            onSubmit={(values) => {
              reset.mutate(values("password"));
            }}
            tall
            actions={
              <Button type="submit" look="primary" busy={reset.isPending}>
                {account.reset.submit}
              </Button>
            }
          >
            <Password
              label={account.newPassword}
              hint={account.passwordHint}
              name="password"
              autoComplete="new-password"
              minLength={PASSWORD_CHARS_MIN}
              autoFocus
              error={wrong(reset.error, "password")}
            />
          </Form>
        </>
      )}
      {(token === null || isSpent) && (
        <Aside>
          <Link href="/forgot">{account.reset.another}</Link>
        </Aside>
      )}
    </Outside>
  );
}
