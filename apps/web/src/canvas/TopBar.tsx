import { AlignStartVertical, ArrowLeft, Ellipsis } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "wouter";

import { LogIn, SignUp } from "../project/LogIn.tsx";
import { useAccess, useGraph } from "../project/project.ts";
import { useMay } from "../project/use-rights.ts";
import { useCanvas } from "../project/ui-state.ts";
import { useIsPhone } from "../project/view.ts";
import { useText } from "../text/index.ts";
import { Button, IconButton } from "../ui/Button.tsx";
import { Item, Menu, Separator } from "../ui/Menu.tsx";
import { AgentsHere } from "./agents/AgentsHere.tsx";
import { useActions } from "./actions-context.ts";
import type { Arrangement } from "./arrange.ts";
import { useCommands, type ReadyCommand } from "./commands/hands.ts";
import { ConnectionLine } from "./ConnectionLine.tsx";
import { People } from "./People.tsx";
import styles from "./TopBar.module.css";

/** Whoever comes from outside finds the two views beside each other. */
const THREAD = "thread";
const ARRANGEMENTS: readonly Arrangement[] = ["left", "center", "right", "top", "middle", "bottom", "across", "down"];

interface Props {
  /** Whose page this is, for whoever comes from outside; others have the way back to their projects there. */
  brand?: ReactNode;
  /** What other parts of the page put into the bar. */
  children: ReactNode;
}

export function TopBar({ brand, children }: Props) {
  const { canvas } = useText();
  const { project } = useGraph();
  const edit = useMay("graph:write");
  const { isGuest } = useAccess();
  return (
    <header className={styles.bar}>
      {brand ?? (
        <Link href="/" className={styles.back} aria-label={canvas.back} title={canvas.back}>
          <ArrowLeft aria-hidden />
        </Link>
      )}
      <h1 className={styles.name}>{project.name}</h1>
      {edit ? <Tools /> : <span className={styles.readOnly}>{canvas.readOnly}</span>}
      <ConnectionLine />
      <div className={styles.right}>
        {children}
        <People />
        <AgentsHere />
        <Buttons place="bar" without={brand === undefined ? undefined : THREAD} />
        <MoreMenu />
        {isGuest && <LogIn className={styles.logIn} />}
        {isGuest && <SignUp className={styles.signUp} />}
        <Buttons place="end" />
      </div>
    </header>
  );
}

interface ButtonsProps {
  place: "tools" | "bar" | "end";
  /** The command whose button is elsewhere. */
  without?: string | undefined;
}

/** The buttons of the commands that have theirs in this place. */
function Buttons({ place, without }: ButtonsProps) {
  const isInBar = useIsInBar();
  const commands = useCommands().filter(
    (command) => command.button?.place === place && command.id !== without && isInBar(command),
  );
  return commands.map((command) => <CommandButton key={command.id} command={command} />);
}

/** On a phone there is room for what is needed all the time; the canvas is only looked at there. */
function useIsInBar(): (command: ReadyCommand) => boolean {
  const isPhone = useIsPhone();
  return ({ button, view }) => {
    if (button === undefined || button.place === "menu") return false;
    return !isPhone || (button.isWide !== true && view !== "canvas");
  };
}

function CommandButton({ command: { id, label, shown, button, start } }: { command: ReadyCommand }) {
  const words = useText();
  const isOn = useCanvas((ui) => button?.isOn?.(ui));
  if (button === undefined || label === undefined) return null;
  const { icon: Icon, hasText } = button;
  const name = label(words);
  if (hasText !== true)
    return (
      <IconButton label={name} keys={shown} aria-pressed={isOn} icon={<Icon />} data-command={id} onClick={start} />
    );
  return (
    <Button size="small" onClick={start}>
      <Icon />
      {name}
    </Button>
  );
}

function Tools() {
  const { canvas } = useText();
  return (
    <div className={styles.tools} role="toolbar" aria-label={canvas.commands}>
      <Buttons place="tools" />
      <Arrange />
    </div>
  );
}

/** For several cards that are selected. */
function Arrange() {
  const { canvas } = useText();
  const actions = useActions();
  const chosen = useCanvas((ui) => ui.selection.size);
  if (chosen < 2) return null;
  return (
    <Menu button={<IconButton label={canvas.align} icon={<AlignStartVertical />} />}>
      {ARRANGEMENTS.map((how) => (
        <Item key={how} onSelect={() => actions.arrange(how)}>
          {canvas.arrange[how]}
        </Item>
      ))}
    </Menu>
  );
}

/** First what only some may do. */
function MoreMenu() {
  const { common } = useText();
  const isInBar = useIsInBar();
  const commands = useCommands().filter(
    (command) => command.button !== undefined && command.view === undefined && !isInBar(command),
  );
  const ofSome = commands.filter((command) => command.may !== undefined);
  const ofAll = commands.filter((command) => command.may === undefined);
  return (
    <Menu button={<IconButton label={common.more} icon={<Ellipsis />} />}>
      <Items commands={ofSome} />
      {ofSome.length > 0 && <Separator />}
      <Items commands={ofAll} />
    </Menu>
  );
}

function Items({ commands }: { commands: readonly ReadyCommand[] }) {
  const words = useText();
  return commands.map(({ id, label, shown, button, start }) => (
    <Item key={id} icon={button && <button.icon />} keys={shown} onSelect={start}>
      {label?.(words)}
    </Item>
  ));
}
