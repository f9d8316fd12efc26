import {
  AlignStartVertical,
  ArrowLeft,
  Ellipsis,
  Keyboard,
  PanelRight,
  Plus,
  Redo2,
  Search as SearchIcon,
  Settings,
  Trash2,
  Undo2,
  Users,
  Workflow,
} from "lucide-react";
import { useReactFlow } from "@xyflow/react";
import { Link } from "wouter";

import { RefreshButton } from "../panel/Refresh.tsx";
import { useText } from "../text/index.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { Item, Menu, Separator } from "../ui/Menu.tsx";
import { useActions } from "./actions-context.ts";
import type { Arrangement } from "./arrange.ts";
import { ConnectionLine } from "./ConnectionLine.tsx";
import type { History } from "../project/history.ts";
import { People } from "./People.tsx";
import { useAccess, useGraph, useRights } from "../project/project.ts";
import { LogIn } from "../project/LogIn.tsx";
import { told } from "./shortcuts.ts";
import styles from "./TopBar.module.css";
import { useCanvas, useCanvasStore } from "../project/ui-state.ts";

const ARRANGEMENTS: readonly Arrangement[] = ["left", "center", "right", "top", "middle", "bottom", "across", "down"];

export function TopBar({ history }: { history: History }) {
  const { canvas } = useText();
  const { project } = useGraph();
  const { edit, run } = useRights();
  const { isGuest } = useAccess();
  const store = useCanvasStore();
  const hasPanel = useCanvas((ui) => ui.panel !== null);
  return (
    <header className={styles.bar}>
      {!isGuest && (
        <Link href="/" className={styles.back} aria-label={canvas.back} title={canvas.back}>
          <ArrowLeft aria-hidden />
        </Link>
      )}
      <h1 className={styles.name}>{project.name}</h1>
      {edit ? <Tools history={history} /> : <span className={styles.readOnly}>{canvas.readOnly}</span>}
      <ConnectionLine />
      <div className={styles.right}>
        {run && <RefreshButton />}
        <People />
        {project.role !== null && (
          <Button size="small" onClick={() => store.setState({ open: "share" })}>
            <Users aria-hidden />
            {canvas.share}
          </Button>
        )}
        <IconButton
          label={canvas.search}
          keys="Mod+K"
          icon={<SearchIcon />}
          onClick={() => store.setState({ open: "search" })}
        />
        <MoreMenu />
        {isGuest && <LogIn className={styles.logIn} />}
        <IconButton
          label={canvas.panel}
          keys="I"
          aria-pressed={hasPanel}
          icon={<PanelRight />}
          onClick={() => store.setState({ panel: hasPanel ? null : "answer" })}
        />
      </div>
    </header>
  );
}

function Tools({ history }: { history: History }) {
  const { canvas } = useText();
  const actions = useActions();
  const flow = useReactFlow();
  const chosen = useCanvas((ui) => ui.selection.size);
  const create = () => {
    const { innerWidth, innerHeight } = window;
    actions.create(flow.screenToFlowPosition({ x: innerWidth / 3, y: innerHeight / 3 }));
  };
  return (
    <div className={styles.tools} role="toolbar" aria-label={canvas.commands}>
      <IconButton label={canvas.newNode} keys="N" icon={<Plus />} onClick={create} />
      <IconButton label={canvas.undo} keys="Mod+Z" icon={<Undo2 />} onClick={() => told(history.undo(), "undo")} />
      <IconButton
        label={canvas.redo}
        keys="Mod+Shift+Z"
        icon={<Redo2 />}
        onClick={() => told(history.redo(), "redo")}
      />
      <IconButton label={canvas.layOut} icon={<Workflow />} onClick={() => void actions.layOut()} />
      {chosen > 1 && (
        <Menu button={<IconButton label={canvas.align} icon={<AlignStartVertical />} />}>
          {ARRANGEMENTS.map((how) => (
            <Item key={how} onSelect={() => actions.arrange(how)}>
              {canvas.arrange[how]}
            </Item>
          ))}
        </Menu>
      )}
    </div>
  );
}

function MoreMenu() {
  const { canvas, common } = useText();
  const { edit, manage } = useRights();
  const store = useCanvasStore();
  return (
    <Menu button={<IconButton label={common.more} icon={<Ellipsis />} />}>
      {edit && (
        <>
          <Item icon={<Trash2 />} onSelect={() => store.setState({ open: "trash" })}>
            {canvas.trash}
          </Item>
        </>
      )}
      {manage && (
        <Item icon={<Settings />} onSelect={() => store.setState({ open: "settings" })}>
          {canvas.settings}
        </Item>
      )}
      {edit && <Separator />}
      <Item icon={<Keyboard />} keys="?" onSelect={() => store.setState({ open: "shortcuts" })}>
        {canvas.shortcuts}
      </Item>
    </Menu>
  );
}
