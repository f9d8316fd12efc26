import { useCanvas, useCanvasStore, type Target } from "../../project/ui-state.ts";
import { nameOf } from "../../project/parts.ts";
import { useText } from "../../text/index.ts";
import { Item, MenuAt, Separator } from "../../ui/Menu.tsx";
import { useAllCommands, useCommands, type ReadyCommand } from "../commands/hands.ts";

/** What can be done with what the right button pressed, where it pressed. */
export function ContextMenu() {
  const store = useCanvasStore();
  const menu = useCanvas((ui) => ui.menu);
  if (menu === null) return null;
  const close = () => store.setState({ menu: null });
  return (
    <MenuAt key={`${menu.at.x} ${menu.at.y}`} at={menu.at} onClose={close}>
      <Items target={menu.target} />
    </MenuAt>
  );
}

function Items({ target }: { target: Target }) {
  const words = useText();
  const { hands } = useAllCommands();
  const menu = useCanvas((ui) => ui.menu);
  const offered = useCommands().filter(
    ({ on, isFor }) => on?.includes(target) === true && (isFor === undefined || isFor(hands)),
  );
  const start = ({ run }: ReadyCommand) => {
    const place = menu === null ? undefined : hands.flow.screenToFlowPosition(menu.at);
    void run?.({ ...hands, ...(place && { place }) });
  };
  const item = (command: ReadyCommand) => {
    const why = command.whyNot?.(hands, words) ?? null;
    return (
      <Item
        key={command.id}
        keys={command.shown}
        danger={command.isDanger === true}
        disabled={why !== null}
        onSelect={() => start(command)}
      >
        {why === null ? nameOf(command, words) : words.hands.notNow(nameOf(command, words), why)}
      </Item>
    );
  };
  const dangers = offered.filter(({ isDanger }) => isDanger === true);
  return (
    <>
      {offered.filter(({ isDanger }) => isDanger !== true).map(item)}
      {dangers.length > 0 && offered.length > dangers.length && <Separator />}
      {dangers.map(item)}
    </>
  );
}
