import { useMutation } from "@tanstack/react-query";

import { api, data } from "../../api/client.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Input } from "../../ui/Field.tsx";
import { Outside } from "../frame/Outside.tsx";
import { Form } from "../parts/Form.tsx";
import { wrong } from "../parts/wrong.ts";
import { Aside, Notice, To } from "./links.tsx";

export function Forgot() {
  const { account } = useText().around;
  const { forgot } = account;
  const ask = useMutation({
    mutationFn: (email: string) => data(api.POST("/api/v1/auth/password/forgot", { body: { email } })),
  });
  return (
    <Outside title={forgot.title} intro>
      <div role="status">{ask.isSuccess && <Notice>{forgot.sent(ask.variables)}</Notice>}</div>
      {!ask.isSuccess && (
        <>
          <p>{forgot.text}</p>
          <Form
            label={forgot.title}
            error={ask.error}
            fields={["email"]}
            onSubmit={(values) => {
              ask.mutate(values("email"));
            }}
            tall
            actions={
              <Button type="submit" look="primary" busy={ask.isPending}>
                {forgot.submit}
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
              error={wrong(ask.error, "email")}
            />
          </Form>
        </>
      )}
      <Aside>
        <To page="/login">{forgot.back}</To>
      </Aside>
    </Outside>
  );
}
