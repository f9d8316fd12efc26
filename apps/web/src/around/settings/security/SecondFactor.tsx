import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { api, data } from "../../../api/client.ts";
import { useUser } from "../../../session/use-session.ts";
import { useText } from "../../../text/index.ts";
import { Button } from "../../../ui/Button.tsx";
import { sayFailed } from "../../../ui/toasts.ts";
import { Section } from "../../parts/Section.tsx";
import { Enrol } from "./Enrol.tsx";
import { RecoveryCodes } from "./RecoveryCodes.tsx";
import { RemoveFactor } from "./RemoveFactor.tsx";
import { RenewCodes } from "./RenewCodes.tsx";

/** An authenticator app as the second thing it takes to log in. */
export function SecondFactor() {
  const { totp } = useText().around.settings;
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
  const { totp } = useText().around.settings;
  const start = useMutation({
    mutationFn: () => data(api.POST("/api/v1/auth/totp/enroll")),
    onError: sayFailed,
  });
  if (start.isSuccess) return <Enrol enrolment={start.data} onCodes={onCodes} onCancel={start.reset} />;
  return (
    <div>
      <Button
        busy={start.isPending}
        onClick={() => {
          start.mutate();
        }}
      >
        {totp.start}
      </Button>
    </div>
  );
}

function Change({ onCodes }: Props) {
  const { totp } = useText().around.settings;
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
