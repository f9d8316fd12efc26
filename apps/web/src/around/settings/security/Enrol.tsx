import { useMutation } from "@tanstack/react-query";

import { api, data, type Schemas } from "../../../api/client.ts";
import { useText } from "../../../text/index.ts";
import { useSettingsText } from "../../../text/settings.ts";
import { Button } from "../../../ui/Button.tsx";
import { Input } from "../../../ui/Field.tsx";
import { say } from "../../../ui/toasts.ts";
import { Form } from "../../parts/Form.tsx";
import { Secret } from "../../parts/Secret.tsx";
import { wrong } from "../../parts/wrong.ts";
import { readUser } from "../user.ts";
import styles from "./Security.module.css";
import { QrCode } from "./QrCode.tsx";

interface Props {
  enrolment: Schemas["TotpEnrollment"];
  onCodes: (codes: readonly string[]) => void;
  onCancel: () => void;
}

/** The secret is in the app once a code of the app shows it. */
export function Enrol({ enrolment, onCodes, onCancel }: Props) {
  const { common } = useText();
  const { totp } = useSettingsText();
  const confirm = useMutation({
    mutationFn: (code: string) => data(api.POST("/api/v1/auth/totp/confirm", { body: { code } })),
    onSuccess: async ({ recoveryCodes }) => {
      // First of all the codes: they are given this once.
      onCodes(recoveryCodes);
      say(totp.enabled);
      await readUser();
    },
  });
  return (
    <div className={styles.enrol}>
      <QrCode text={enrolment.otpauthUrl} label={totp.qr} />
      <Form
        error={confirm.error}
        fields={["code"]}
        onSubmit={(values) => {
          confirm.mutate(values("code").replaceAll(" ", ""));
        }}
        actions={
          <>
            <Button onClick={onCancel}>{common.cancel}</Button>
            <Button type="submit" look="primary" busy={confirm.isPending}>
              {totp.confirm}
            </Button>
          </>
        }
      >
        <p>{totp.scan}</p>
        <Secret label={totp.secret} value={enrolment.secret} />
        <Input
          label={totp.code}
          name="code"
          inputMode="numeric"
          autoComplete="one-time-code"
          maxLength={7}
          required
          autoFocus
          error={wrong(confirm.error, "code")}
        />
      </Form>
    </div>
  );
}
