import { mayChangeMember } from "../../project/rights.ts";
import { useText } from "../../text/index.ts";
import { Avatar } from "../../ui/Avatar.tsx";
import { Spinner } from "../../ui/Spinner.tsx";
import { say } from "../../ui/toasts.ts";
import { Items, ListItem, Tag } from "../parts/Items.tsx";
import { Loaded } from "../parts/Loaded.tsx";
import { RoleOptions } from "./Invite.tsx";
import { MemberActions } from "./MemberActions.tsx";
import { Part } from "./Part.tsx";
import { changeRole, useMembers, useSharingChange, type Member, type Project } from "./queries.ts";
import { isGiven } from "./roles.ts";
import styles from "./Sharing.module.css";

export function Members({ project, self }: { project: Project; self: string }) {
  const { sharing } = useText().around;
  const query = useMembers(project.id);
  return (
    <Part title={sharing.members}>
      <Loaded query={query}>
        {(members) => (
          <Items label={sharing.members}>
            {members.map((member) => (
              <Line key={member.userId} project={project} member={member} isSelf={member.userId === self} />
            ))}
          </Items>
        )}
      </Loaded>
    </Part>
  );
}

function Line({ project, member, isSelf }: { project: Project; member: Member; isSelf: boolean }) {
  const { sharing, projects } = useText().around;
  const { name, email, role, avatar } = member;
  const mine = !isSelf && mayChangeMember(project, member);
  return (
    <ListItem
      icon={<Avatar name={name} picture={avatar} />}
      title={
        <>
          {name}
          {isSelf && <Tag>{sharing.you}</Tag>}
        </>
      }
      facts={[name === email ? null : email]}
    >
      {mine ? (
        <RoleSelect project={project.id} member={member} />
      ) : (
        <span className={styles.fixed}>{projects.roles[role]}</span>
      )}
      {mine && <MemberActions project={project} member={member} />}
    </ListItem>
  );
}

/** The role as the server has it: it changes on the page once the server has changed it. */
function RoleSelect({ project, member }: { project: string; member: Member }) {
  const { sharing } = useText().around;
  const change = useSharingChange(project, changeRole(project), () => {
    say(sharing.roleChanged(member.name));
  });
  return (
    <>
      {change.isPending && <Spinner />}
      <select
        className={styles.role}
        aria-label={sharing.roleOf(member.name)}
        aria-busy={change.isPending || undefined}
        disabled={change.isPending}
        value={member.role}
        onChange={(event) => {
          if (isGiven(event.target.value)) change.mutate({ of: member, role: event.target.value });
        }}
      >
        <RoleOptions />
      </select>
    </>
  );
}
