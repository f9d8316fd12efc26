import { Mail } from "lucide-react";

import { may } from "../../project/rights.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { say } from "../../ui/toasts.ts";
import { CopyButton } from "../parts/CopyButton.tsx";
import { Items, ListItem } from "../parts/Items.tsx";
import { Loaded } from "../parts/Loaded.tsx";
import { useTimes } from "../parts/times.ts";
import { Part } from "./Part.tsx";
import styles from "./Sharing.module.css";
import { revoke, useInvitations, useSharingChange, type Invitation, type Project } from "./queries.ts";

/** Who was invited and has not come yet; nothing where there is nobody. */
export function Invitations({ project }: { project: Project }) {
  const { sharing } = useText().around;
  const query = useInvitations(project.id);
  if (query.data?.length === 0) return null;
  return (
    <Part title={sharing.pending}>
      <Loaded query={query}>
        {(invitations) => (
          <>
            <Items label={sharing.pending}>
              {invitations.map((invitation) => (
                <Line key={invitation.id} project={project} invitation={invitation} />
              ))}
            </Items>
            {/* Links are shown only where addresses are not confirmed. */}
            {invitations.some(({ link }) => typeof link === "string") && (
              <p className={styles.soft}>{sharing.unconfirmed}</p>
            )}
          </>
        )}
      </Loaded>
    </Part>
  );
}

function Line({ project, invitation }: { project: Project; invitation: Invitation }) {
  const { sharing, projects } = useText().around;
  const { day } = useTimes();
  const { email, role, expiresAt, link } = invitation;
  const revoking = useSharingChange(project.id, revoke(project.id), () => {
    say(sharing.revoked);
  });
  return (
    <ListItem icon={<Mail aria-hidden />} title={email} facts={[projects.roles[role], sharing.until(day(expiresAt))]}>
      {typeof link === "string" && <CopyButton value={link} label={sharing.linkOf(email)} />}
      {may(project, "members:delete") && (
        <Button
          size="small"
          aria-label={sharing.revokeLabel(email)}
          busy={revoking.isPending}
          onClick={() => {
            revoking.mutate(invitation);
          }}
        >
          {sharing.revoke}
        </Button>
      )}
    </ListItem>
  );
}
