import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Mail } from "lucide-react";
import { useLocation } from "wouter";

import { api, data, type Schemas } from "../../api/client.ts";
import { readAgain } from "../../api/read-again.ts";
import { useText } from "../../text/index.ts";
import { Button } from "../../ui/Button.tsx";
import { sayFailed } from "../../ui/toasts.ts";
import { Items, ListItem } from "../parts/Items.tsx";
import { useTimes } from "../parts/times.ts";
import { whole } from "../parts/whole.ts";

type Received = Schemas["ReceivedInvitation"];

const KEY = ["received-invitations"] as const;

/** The projects that somebody is invited to; nothing where there are none. */
export function Received() {
  const { projects } = useText().around;
  const { data: invitations = [] } = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => whole((query) => data(api.GET("/api/v1/invitations", { signal, params: { query } }))),
  });
  if (invitations.length === 0) return null;
  return (
    <Items label={projects.received}>
      {invitations.map((invitation) => (
        <Line key={invitation.id} invitation={invitation} />
      ))}
    </Items>
  );
}

const at = ({ id }: Received) => ({ params: { path: { token: id } } });

function Line({ invitation }: { invitation: Received }) {
  const { projects } = useText().around;
  const { day } = useTimes();
  const queries = useQueryClient();
  const [, go] = useLocation();
  const listAgain = () => readAgain(queries, KEY);
  const accepting = useMutation({
    mutationFn: () => data(api.POST("/api/v1/invitations/{token}/accept", at(invitation))),
    onSuccess: ({ projectId }) => {
      void listAgain();
      go(`/projects/${projectId}`);
    },
    onError: sayFailed,
  });
  const declining = useMutation({
    mutationFn: () => data(api.DELETE("/api/v1/invitations/{token}", at(invitation))),
    onSuccess: listAgain,
    onError: sayFailed,
  });
  const { projectName, invitedBy, role, expiresAt } = invitation;
  return (
    <ListItem
      icon={<Mail aria-hidden />}
      title={projects.invitedTo(projectName, invitedBy)}
      facts={[projects.roles[role], projects.invitedUntil(day(expiresAt))]}
    >
      <Button
        look="primary"
        size="small"
        aria-label={projects.acceptLabel(projectName)}
        busy={accepting.isPending}
        onClick={() => {
          accepting.mutate();
        }}
      >
        {projects.accept}
      </Button>
      <Button
        size="small"
        aria-label={projects.declineLabel(projectName)}
        busy={declining.isPending}
        onClick={() => {
          declining.mutate();
        }}
      >
        {projects.decline}
      </Button>
    </ListItem>
  );
}
