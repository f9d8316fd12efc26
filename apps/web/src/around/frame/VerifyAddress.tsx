import { useMutation } from "@tanstack/react-query";

import { api } from "../../api/client.ts";
import { useUser } from "../../session/use-session.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { say, sayFailed } from "../../ui/toasts.ts";
import styles from "./VerifyAddress.module.css";

/** Stands on every page until the address is confirmed, where the server waits for that: without it, a lost password means a lost account. */
export function VerifyAddress() {
  const { frame } = useText().around;
  const { email, isConfirmationDue } = useUser();
  const resend = useResend();
  if (!isConfirmationDue) return null;
  return (
    <aside className={styles.notice} aria-label={frame.verifyLabel}>
      <p>{frame.verify(email)}</p>
      <Button
        size="small"
        busy={resend.isPending}
        onClick={() => {
          resend.mutate();
        }}
      >
        {frame.resend}
      </Button>
    </aside>
  );
}

function useResend() {
  const { frame } = useText().around;
  const { email } = useUser();
  return useMutation({
    mutationFn: () => api.POST("/api/v1/auth/email/resend"),
    onSuccess: () => {
      say(frame.resent(email));
    },
    onError: sayFailed,
  });
}
