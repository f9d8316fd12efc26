import type { useReactFlow } from "@xyflow/react";
import { createContext, use, useMemo } from "react";

import type { Command, Page } from "../../project/parts.ts";
import { may } from "../../project/rights.ts";
import { useCanvas, type View } from "../../project/ui-state.ts";
import { useRights } from "../../project/use-rights.ts";
import type { Actions, Point } from "../actions.ts";

/** What the commands of the canvas have in their hands. */
export interface CanvasHands extends Page {
  readonly actions: Actions;
  readonly flow: ReturnType<typeof useReactFlow>;
  /** Where a menu was opened; what is new comes there. */
  readonly place?: Point;
}

export type CanvasCommand = Command<CanvasHands>;

interface Commands {
  readonly all: readonly CanvasCommand[];
  readonly hands: CanvasHands;
}

export const CommandsContext = createContext<Commands | null>(null);

export function useAllCommands(): Commands {
  const commands = use(CommandsContext);
  if (commands === null) throw new Error("this belongs on the page of a project");
  return commands;
}

export interface ReadyCommand extends CanvasCommand {
  readonly start: () => void;
}

/** Whether a command means something in the view that is looked at. */
export const isOf = (view: View, command: CanvasCommand): boolean =>
  command.view === undefined || command.view === view;

/** The commands that the user may run where they are. */
export function useCommands(): readonly ReadyCommand[] {
  const { all, hands } = useAllCommands();
  const rights = useRights();
  const view = useCanvas((ui) => ui.view);
  return useMemo(
    () =>
      all
        .filter((command) => isOf(view, command))
        .filter((command) => command.may === undefined || may({ rights }, command.may))
        .map((command) => ({ ...command, start: () => void command.run?.(hands) })),
    [all, hands, rights, view],
  );
}

/** What is selected, as commands for one, two or several cards ask for it. */
export const selectedIn = ({ store }: Pick<CanvasHands, "store">): readonly string[] => [...store.getState().selection];

export const placeOf = ({ place, flow }: CanvasHands): Point => place ?? goodPlace(flow);

/** Where something new is seen well: not quite in the middle, where cards grow from. */
export function goodPlace(flow: CanvasHands["flow"]): Point {
  const box = document.querySelector(".react-flow")?.getBoundingClientRect();
  const { left = 0, top = 0, width = 0, height = 0 } = box ?? {};
  return flow.screenToFlowPosition({ x: left + width / 3, y: top + height / 3 });
}
