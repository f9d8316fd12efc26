import { createContext, use } from "react";

import type { History } from "./history.ts";

export const HistoryContext = createContext<History | null>(null);

export function useHistory(): History {
  const history = use(HistoryContext);
  if (history === null) throw new Error("this belongs on the page of a project");
  return history;
}
