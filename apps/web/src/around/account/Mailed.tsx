import { useMutation } from "@tanstack/react-query";
import { Link, useSearchParams } from "wouter";

import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { Outside } from "../frame/Outside.tsx";
import { Form } from "../parts/Form.tsx";
import { Aside, Notice } from "./links.tsx";

interface Props<T> {
  words: { title: string; text: string; submit: string; noToken: string; expired: string };
  take: (token: string | null) => Promise<T>;
  /** What is said once the token is taken. */
  done: (answer: T) => string;
}

/**
 * Where a link in a mail leads. The token counts once, so a person has to press: programs that look through mails open
 * their links as well.
 */
export function Mailed<T>({ words, take, done }: Props<T>) {
  const { verify } = useText().around.account;
  const token = useSearchParams()[0].get("token");
  const confirm = useMutation({ mutationFn: () => take(token) });
  return (
    <Outside title={words.title}>
      {token === null && <Notice>{words.noToken}</Notice>}
      {token !== null && !confirm.isSuccess && (
        <>
          <p>{words.text}</p>
          <Form
            label={words.title}
            error={confirm.error}
            onSubmit={() => {
              confirm.mutate();
            }}
            tall
            actions={
              <Button type="submit" look="primary" busy={confirm.isPending} autoFocus>
                {words.submit}
              </Button>
            }
          >
            {confirm.isError && <p>{words.expired}</p>}
          </Form>
        </>
      )}
      <div role="status">{confirm.isSuccess && <Notice>{done(confirm.data)}</Notice>}</div>
      <Aside>
        <Link href="/">{verify.onwards}</Link>
      </Aside>
    </Outside>
  );
}
