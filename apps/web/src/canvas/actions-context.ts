import { createContext, use } from "react";

import type { Actions } from "./actions.ts";
import type { History } from "../project/history.ts";

export const ActionsContext = createContext<Actions | null>(null);

export function useActions(): Actions {
  const actions = use(ActionsContext);
  if (actions === null) throw new Error("this belongs on the canvas");
  return actions;
}

export const HistoryContext = createContext<History | null>(null);

export function useHistory(): History {
  const history = use(HistoryContext);
  if (history === null) throw new Error("this belongs on the page of a project");
  return history;
}
