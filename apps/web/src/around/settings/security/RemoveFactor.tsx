import { useMutation } from "@tanstack/react-query";

import { api, data, type Schemas } from "../../../api/client.ts";
import { useText } from "../../../text/index.ts";
import { useSettingsText } from "../../../text/settings.ts";
import { Button } from "../../../ui/Button.tsx";
import { Dialog } from "../../../ui/Dialog.tsx";
import { Input } from "../../../ui/Field.tsx";
import { say } from "../../../ui/toasts.ts";
import { Form } from "../../parts/Form.tsx";
import { Password } from "../../parts/Password.tsx";
import { wrong } from "../../parts/wrong.ts";
import { readUser } from "../user.ts";

interface Props {
  open: boolean;
  onClose: () => void;
}

export function RemoveFactor({ open, onClose }: Props) {
  const { around, common } = useText();
  const { totp } = useSettingsText();
  const removal = useMutation({
    mutationFn: async (body: Schemas["RemoveTotp"]) => {
      await data(api.DELETE("/api/v1/auth/totp", { body }));
      await readUser();
    },
    onSuccess: () => {
      onClose();
      say(totp.removed);
    },
  });
  const close = () => {
    removal.reset();
    onClose();
  };
  return (
    <Dialog title={totp.remove} open={open} onClose={close}>
      <p>{totp.removeText}</p>
      <Form
        error={removal.error}
        fields={["password", "code"]}
        onSubmit={(values) => {
          removal.mutate({ password: values("password"), code: values("code").trim() });
        }}
        actions={
          <>
            <Button onClick={close}>{common.cancel}</Button>
            <Button type="submit" look="danger" busy={removal.isPending}>
              {totp.remove}
            </Button>
          </>
        }
      >
        <Password
          label={around.account.password}
          name="password"
          autoComplete="current-password"
          autoFocus
          error={wrong(removal.error, "password")}
        />
        <Input
          label={totp.codeOrRecovery}
          name="code"
          autoComplete="one-time-code"
          required
          error={wrong(removal.error, "code")}
        />
      </Form>
    </Dialog>
  );
}
