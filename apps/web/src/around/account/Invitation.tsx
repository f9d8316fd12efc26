import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Link, useLocation, useParams } from "wouter";

import { api, data } from "../../api/client.ts";
import { Refused } from "../../api/problem.ts";
import { useUser } from "../../session/use-session.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { useLogOut } from "../frame/log-out.tsx";
import { Outside } from "../frame/Outside.tsx";
import { Form } from "../parts/Form.tsx";
import { Aside, Notice } from "./links.tsx";

/** Where the mail of an invitation leads, once somebody has logged in. */
export default function Invitation() {
  const { invitation } = useText().around.account;
  const { token = "" } = useParams();
  const { email } = useUser();
  const [here, go] = useLocation();
  const logOut = useLogOut(here);
  const accept = useMutation({
    mutationFn: () => data(api.POST("/api/v1/invitations/{token}/accept", { params: { path: { token } } })),
    onSuccess: ({ projectId }) => {
      go(`/projects/${projectId}`, { replace: true });
    },
  });
  const changeAccount = (
    <>
      <Button
        busy={logOut.isPending}
        onClick={() => {
          logOut.logOut("here");
        }}
      >
        {invitation.change}
      </Button>
      {logOut.question}
    </>
  );
  switch (refusalOf(accept.error)) {
    case "forbidden":
      return (
        <End title={invitation.otherTitle} text={invitation.other(email)}>
          {changeAccount}
        </End>
      );
    case "not_found":
      return <End title={invitation.goneTitle} text={invitation.gone} />;
    case "conflict":
      return <End title={invitation.memberTitle} text={invitation.member} />;
    default:
      return (
        <Outside title={invitation.title}>
          <p>{invitation.text}</p>
          <Form
            label={invitation.title}
            error={accept.error}
            onSubmit={() => {
              accept.mutate();
            }}
            tall
            actions={
              <>
                <Button type="submit" look="primary" busy={accept.isPending} autoFocus>
                  {invitation.submit}
                </Button>
                {changeAccount}
              </>
            }
          >
            <Aside>{invitation.as(email)}</Aside>
          </Form>
        </Outside>
      );
  }
}

const refusalOf = (error: unknown) => (error instanceof Refused ? error.code : undefined);

/** Why there is nothing to accept. */
function End({ title, text, children }: { title: string; text: string; children?: ReactNode }) {
  const { invitation } = useText().around.account;
  return (
    <Outside key="end" title={title}>
      <div role="status">
        <Notice>{text}</Notice>
      </div>
      {children}
      <Aside>
        <Link href="/">{invitation.onwards}</Link>
      </Aside>
    </Outside>
  );
}
