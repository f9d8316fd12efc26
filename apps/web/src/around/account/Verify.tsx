import { useMutation } from "@tanstack/react-query";
import { Link, useSearchParams } from "wouter";

import { api, data } from "../../api/client.ts";
import { session, setUser } from "../../session/session.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Outside } from "../frame/Outside.tsx";
import { Form } from "../parts/Form.tsx";
import { Aside, Notice } from "./links.tsx";

/**
 * Where the mail that follows registering leads. The token counts once, so a person has to press: programs that look
 * through mails open their links as well.
 */
export default function Verify() {
  const { verify } = useText().around.account;
  const token = useSearchParams()[0].get("token");
  const confirm = useMutation({ mutationFn: () => verified(token) });
  return (
    <Outside title={verify.title}>
      {token === null && <Notice>{verify.noToken}</Notice>}
      {token !== null && !confirm.isSuccess && (
        <>
          <p>{verify.text}</p>
          <Form
            label={verify.title}
            error={confirm.error}
            onSubmit={() => {
              confirm.mutate();
            }}
            tall
            actions={
              <Button type="submit" look="primary" busy={confirm.isPending} autoFocus>
                {verify.submit}
              </Button>
            }
          >
            {confirm.isError && <p>{verify.expired}</p>}
          </Form>
        </>
      )}
      <div role="status">{confirm.isSuccess && <Notice>{verify.done}</Notice>}</div>
      <Aside>
        <Link href="/">{verify.onwards}</Link>
      </Aside>
    </Outside>
  );
}

async function verified(token: string | null): Promise<void> {
  await data(api.POST("/api/v1/auth/email/verify", { body: { token } }));
  if (session.getState().status === "in") setUser(await data(api.GET("/api/v1/users/me")));
}
