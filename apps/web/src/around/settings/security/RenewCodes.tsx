import { useMutation } from "@tanstack/react-query";

import { api, data } from "../../../api/client.ts";
import { useText } from "../../../text/index.ts";
import { useSettingsText } from "../../../text/settings.ts";
import { Button } from "../../../ui/Button.tsx";
import { Dialog } from "../../../ui/Dialog.tsx";
import { Input } from "../../../ui/Field.tsx";
import { Form } from "../../parts/Form.tsx";
import { wrong } from "../../parts/wrong.ts";

interface Props {
  open: boolean;
  onClose: () => void;
  onCodes: (codes: readonly string[]) => void;
}

export function RenewCodes({ open, onClose, onCodes }: Props) {
  const { common } = useText();
  const { totp } = useSettingsText();
  const renew = useMutation({
    mutationFn: (code: string) => data(api.POST("/api/v1/auth/recovery-codes", { body: { code } })),
    onSuccess: ({ recoveryCodes }) => {
      onClose();
      onCodes(recoveryCodes);
    },
  });
  const close = () => {
    renew.reset();
    onClose();
  };
  return (
    <Dialog title={totp.renew} open={open} onClose={close}>
      <p>{totp.renewText}</p>
      <Form
        error={renew.error}
        fields={["code"]}
        onSubmit={(values) => {
          renew.mutate(values("code").trim());
        }}
        actions={
          <>
            <Button onClick={close}>{common.cancel}</Button>
            <Button type="submit" look="primary" busy={renew.isPending}>
              {totp.renewSubmit}
            </Button>
          </>
        }
      >
        <Input
          label={totp.codeOrRecovery}
          name="code"
          autoComplete="one-time-code"
          required
          autoFocus
          error={wrong(renew.error, "code")}
        />
      </Form>
    </Dialog>
  );
}
