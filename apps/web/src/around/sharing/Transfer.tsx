import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { say } from "../../ui/toasts.ts";
import { useTimes } from "../parts/times.ts";
import { Part } from "./Part.tsx";
import {
  acceptTransfer,
  useMembers,
  useSharingChange,
  useTransfer,
  withdrawTransfer,
  type Project,
} from "./queries.ts";
import styles from "./Sharing.module.css";

/** An offer to own the project, for the two whom it concerns; nothing where there is none. */
export function Transfer({ project, self }: { project: Project; self: string }) {
  const { sharing } = useText().around;
  const { day } = useTimes();
  const { data: offer } = useTransfer(project.id);
  const members = useMembers(project.id).data ?? [];
  const accepting = useSharingChange(project.id, acceptTransfer(project.id), () => {
    say(sharing.transferAccepted);
  });
  const ending = useSharingChange(project.id, withdrawTransfer(project.id), () => {
    say(sharing.transferEnded);
  });
  if (offer === undefined || offer === null) return null;
  const isMine = offer.userId === self;
  if (!isMine && offer.offeredBy !== self) return null;
  const name = members.find((member) => member.userId === offer.userId)?.name ?? "";
  const until = day(offer.expiresAt);
  return (
    <Part title={sharing.transferPending}>
      <p className={styles.soft}>{isMine ? sharing.transferToYou(until) : sharing.transferTo(name, until)}</p>
      <div>
        {isMine && (
          <Button
            look="primary"
            busy={accepting.isPending}
            onClick={() => {
              accepting.mutate(undefined);
            }}
          >
            {sharing.transferAccept}
          </Button>
        )}{" "}
        <Button
          busy={ending.isPending}
          onClick={() => {
            ending.mutate(undefined);
          }}
        >
          {isMine ? sharing.transferDecline : sharing.revoke}
        </Button>
      </div>
    </Part>
  );
}
