import { may } from "../../project/rights.ts";
import { useUser } from "../../session/use-session.ts";
import { useText } from "../../text/index.ts";
import { Dialog } from "../../ui/Dialog.tsx";
import { Loaded } from "../parts/Loaded.tsx";
import { Invitations } from "./Invitations.tsx";
import { Invite } from "./Invite.tsx";
import { Members } from "./Members.tsx";
import { PublicLink } from "./PublicLink.tsx";
import { useProject, type Project } from "./queries.ts";
import { Transfer } from "./Transfer.tsx";

interface Props {
  projectId: string;
  open: boolean;
  onClose: () => void;
}

/** Who is in a project, and who may come: read by every member, changed by its owner and admins. */
export function ShareDialog({ projectId, open, onClose }: Props) {
  return open && <Shared projectId={projectId} onClose={onClose} />;
}

function Shared({ projectId, onClose }: Omit<Props, "open">) {
  const { sharing } = useText().around;
  const query = useProject(projectId);
  const title = query.data === undefined ? sharing.title : sharing.titleOf(query.data.name);
  return (
    <Dialog title={title} open onClose={onClose}>
      <Loaded query={query}>{(project) => <Parts project={project} />}</Loaded>
    </Dialog>
  );
}

function Parts({ project }: { project: Project }) {
  const { id } = useUser();
  const seesMembers = may(project, "members:read");
  return (
    <>
      {seesMembers && <Transfer project={project} self={id} />}
      {may(project, "members:write") && <Invite project={project.id} />}
      {seesMembers && <Members project={project} self={id} />}
      {seesMembers && <Invitations project={project} />}
      <PublicLink project={project} />
    </>
  );
}
