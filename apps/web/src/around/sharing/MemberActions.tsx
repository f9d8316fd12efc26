import { Crown, EllipsisVertical, UserMinus } from "lucide-react";
import { useState } from "react";

import { may } from "../../project/rights.ts";
import { useText } from "../../text/index.ts";
import { IconButton } from "../../ui/Button.tsx";
import { Confirm } from "../../ui/Dialog.tsx";
import { Item, Menu } from "../../ui/Menu.tsx";
import { say } from "../../ui/toasts.ts";
import { offerTransfer, removeMember, useSharingChange, type Member, type Project } from "./queries.ts";

/** What takes a word before it is done to a member. */
export function MemberActions({ project, member }: { project: Project; member: Member }) {
  const { around, common } = useText();
  const { sharing } = around;
  const [asking, setAsking] = useState<"remove" | "transfer" | null>(null);
  const close = () => {
    setAsking(null);
  };
  return (
    <>
      <Menu
        button={
          <IconButton size="small" label={sharing.actions(member.name)} icon={<EllipsisVertical aria-hidden />} />
        }
      >
        {may(project, "ownership:write") && (
          <Item
            icon={<Crown aria-hidden />}
            onSelect={() => {
              setAsking("transfer");
            }}
          >
            {sharing.transfer}…
          </Item>
        )}
        <Item
          icon={<UserMinus aria-hidden />}
          danger
          onSelect={() => {
            setAsking("remove");
          }}
        >
          {common.remove}…
        </Item>
      </Menu>
      <Remove project={project.id} member={member} open={asking === "remove"} onClose={close} />
      <Transfer project={project.id} member={member} open={asking === "transfer"} onClose={close} />
    </>
  );
}

interface Props {
  project: string;
  member: Member;
  open: boolean;
  onClose: () => void;
}

function Remove({ project, member, open, onClose }: Props) {
  const { around, common } = useText();
  const { sharing } = around;
  const removal = useSharingChange(project, removeMember(project), () => {
    say(sharing.removed(member.name));
  });
  return (
    <Confirm
      title={sharing.removeTitle}
      text={sharing.removeText(member.name)}
      action={common.remove}
      open={open}
      busy={removal.isPending}
      onClose={onClose}
      onConfirm={() => {
        removal.mutate(member);
      }}
    />
  );
}

function Transfer({ project, member, open, onClose }: Props) {
  const { sharing } = useText().around;
  const handing = useSharingChange(project, offerTransfer(project), () => {
    onClose();
    say(sharing.transferOffered(member.name));
  });
  return (
    <Confirm
      title={sharing.transferTitle}
      text={sharing.transferText(member.name)}
      action={sharing.transfer}
      open={open}
      busy={handing.isPending}
      onClose={onClose}
      onConfirm={() => {
        handing.mutate(member);
      }}
    />
  );
}
