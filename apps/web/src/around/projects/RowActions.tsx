import { Copy, EllipsisVertical, History, LogOut, Pencil, RotateCcw, Trash2, UserPlus } from "lucide-react";
import { useState } from "react";
import { useLocation } from "wouter";

import { may } from "../../project/rights.ts";
import { useUser } from "../../session/use-session.ts";
import { useText } from "../../text/index.ts";
import { Button, IconButton } from "../../ui/Button.tsx";
import { Confirm } from "../../ui/Dialog.tsx";
import { Item, Menu, Separator } from "../../ui/Menu.tsx";
import { say, sayFailed } from "../../ui/toasts.ts";
import { lateComponent } from "../../ui/late.ts";
import { duplicate, leave, restore, trash, useProjectChange, type Project } from "./queries.ts";
import { copyName } from "./copy-name.ts";
import { ExportItems } from "./ExportItems.tsx";
import { RenameProject } from "./RenameProject.tsx";

const ShareDialog = lateComponent(async () => (await import("../sharing/ShareDialog.tsx")).ShareDialog);

/** What the user may do with a project without opening it. */
export function RowActions({ project }: { project: Project }) {
  return project.deletedAt === null ? <Living project={project} /> : <Restore project={project} />;
}

type Asking = "rename" | "share" | "leave" | null;

function Living({ project }: { project: Project }) {
  const { projects } = useText().around;
  const [asking, setAsking] = useState<Asking>(null);
  // Its program comes with its first use; from then on it stays, so that it can give the focus back.
  const [isSharing, setSharing] = useState(false);
  const toTrash = useTrash();
  const copying = useDuplicate();
  const owns = may(project, "ownership:write");
  const close = () => {
    setAsking(null);
  };
  const ask = (what: Asking) => () => {
    setAsking(what);
    if (what === "share") setSharing(true);
  };
  return (
    <>
      <Menu
        button={
          <IconButton
            label={projects.actions(project.name)}
            icon={<EllipsisVertical aria-hidden />}
            busy={toTrash.isPending || copying.isPending}
          />
        }
      >
        <Item icon={<UserPlus aria-hidden />} onSelect={ask("share")}>
          {projects.share}…
        </Item>
        <Activity project={project} />
        {may(project, "project:write") && (
          <Item icon={<Pencil aria-hidden />} onSelect={ask("rename")}>
            {projects.rename}…
          </Item>
        )}
        <Item
          icon={<Copy aria-hidden />}
          onSelect={() => {
            copying.mutate({ id: project.id, name: copyName(projects.copyOf(project.name)) });
          }}
        >
          {projects.duplicate}
        </Item>
        <ExportItems project={project} />
        <Separator />
        {owns ? (
          <Item
            icon={<Trash2 aria-hidden />}
            danger
            onSelect={() => {
              toTrash.mutate(project);
            }}
          >
            {projects.trash}
          </Item>
        ) : (
          <Item icon={<LogOut aria-hidden />} danger onSelect={ask("leave")}>
            {projects.leave}…
          </Item>
        )}
      </Menu>
      {isSharing && <ShareDialog projectId={project.id} open={asking === "share"} onClose={close} />}
      <RenameProject project={project} open={asking === "rename"} onClose={close} />
      <Leave project={project} open={asking === "leave"} onClose={close} />
    </>
  );
}

function Activity({ project }: { project: Project }) {
  const { projects } = useText().around;
  const [, go] = useLocation();
  if (!may(project, "oversight:read")) return null;
  return (
    <Item
      icon={<History aria-hidden />}
      onSelect={() => {
        go(`/projects/${project.id}/activity`);
      }}
    >
      {projects.activity}
    </Item>
  );
}

/** The copy stands first in the list, where it can be opened or named. */
function useDuplicate() {
  const { projects } = useText().around;
  const [, go] = useLocation();
  return useProjectChange(
    duplicate,
    ({ id, name }) => {
      say(projects.duplicated(name), {
        label: projects.open,
        run: () => {
          go(`/projects/${id}`);
        },
      });
    },
    sayFailed,
  );
}

/** The trash gives back, so nobody is asked before; the message offers the way back. */
function useTrash() {
  const { projects } = useText().around;
  const back = useRestore();
  return useProjectChange(
    trash,
    (_, project) => {
      say(projects.trashed(project.name), {
        label: projects.undo,
        run: () => {
          back.mutate(project);
        },
      });
    },
    sayFailed,
  );
}

function useRestore() {
  const { projects } = useText().around;
  return useProjectChange(
    restore,
    (_, project) => {
      say(projects.restored(project.name));
    },
    sayFailed,
  );
}

function Restore({ project }: { project: Project }) {
  const { projects, frame } = useText().around;
  const back = useRestore();
  return (
    <Button
      size="small"
      busy={back.isPending}
      aria-label={frame.of(projects.undo, project.name)}
      onClick={() => {
        back.mutate(project);
      }}
    >
      <RotateCcw aria-hidden />
      {projects.undo}
    </Button>
  );
}

function Leave({ project, open, onClose }: { project: Project; open: boolean; onClose: () => void }) {
  const { projects } = useText().around;
  const user = useUser().id;
  const going = useProjectChange(
    leave,
    () => {
      say(projects.left(project.name));
    },
    sayFailed,
  );
  return (
    <Confirm
      title={projects.leaveTitle}
      text={projects.leaveText(project.name)}
      action={projects.leave}
      open={open}
      onClose={onClose}
      busy={going.isPending}
      onConfirm={() => {
        going.mutate({ project, user });
      }}
    />
  );
}
