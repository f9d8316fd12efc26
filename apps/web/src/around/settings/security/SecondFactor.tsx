import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { api, data, type Schemas } from "../../../api/client.ts";
import { useUser } from "../../../session/use-session.ts";
import { useText } from "../../../text/index.ts";
import { useSettingsText } from "../../../text/settings.ts";
import { Button } from "../../../ui/Button.tsx";
import { Dialog } from "../../../ui/Dialog.tsx";
import { Form } from "../../parts/Form.tsx";
import { Password } from "../../parts/Password.tsx";
import { Section } from "../../parts/Section.tsx";
import { wrong } from "../../parts/wrong.ts";
import { Enrol } from "./Enrol.tsx";
import { RecoveryCodes } from "./RecoveryCodes.tsx";
import { RemoveFactor } from "./RemoveFactor.tsx";
import { RenewCodes } from "./RenewCodes.tsx";

/** An authenticator app as the second thing it takes to log in. */
export function SecondFactor() {
  const { totp } = useSettingsText();
  const { totpEnabled } = useUser();
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  return (
    <Section
      title={totp.title}
      text={totpEnabled ? totp.on : totp.off}
      actions={totpEnabled && <Change onCodes={setCodes} />}
    >
      {!totpEnabled && <SetUp onCodes={setCodes} />}
      <RecoveryCodes
        codes={codes}
        onDone={() => {
          setCodes(null);
        }}
      />
    </Section>
  );
}

interface Props {
  onCodes: (codes: readonly string[]) => void;
}

function SetUp({ onCodes }: Props) {
  const { around, common } = useText();
  const { totp } = useSettingsText();
  const [asking, setAsking] = useState(false);
  const start = useMutation({
    mutationFn: (body: Schemas["EnrollTotp"]) => data(api.POST("/api/v1/auth/totp/enroll", { body })),
  });
  const close = () => {
    start.reset();
    setAsking(false);
  };
  if (start.isSuccess) return <Enrol enrolment={start.data} onCodes={onCodes} onCancel={close} />;
  return (
    <div>
      <Button
        onClick={() => {
          setAsking(true);
        }}
      >
        {totp.start}…
      </Button>
      <Dialog title={totp.start} open={asking} onClose={close}>
        <p>{totp.startText}</p>
        <Form
          error={start.error}
          fields={["password"]}
          onSubmit={(values) => {
            start.mutate({ password: values("password") });
          }}
          actions={
            <>
              <Button onClick={close}>{common.cancel}</Button>
              <Button type="submit" look="primary" busy={start.isPending}>
                {totp.start}
              </Button>
            </>
          }
        >
          <Password
            label={around.account.password}
            name="password"
            autoComplete="current-password"
            autoFocus
            error={wrong(start.error, "password")}
          />
        </Form>
      </Dialog>
    </div>
  );
}

function Change({ onCodes }: Props) {
  const { totp } = useSettingsText();
  const [asking, setAsking] = useState<"renew" | "remove" | null>(null);
  const close = () => {
    setAsking(null);
  };
  return (
    <>
      <Button
        onClick={() => {
          setAsking("renew");
        }}
      >
        {totp.renew}…
      </Button>
      <Button
        onClick={() => {
          setAsking("remove");
        }}
      >
        {totp.remove}…
      </Button>
      <RenewCodes open={asking === "renew"} onClose={close} onCodes={onCodes} />
      <RemoveFactor open={asking === "remove"} onClose={close} />
    </>
  );
}
