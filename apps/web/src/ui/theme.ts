import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

import { remember, remembered } from "../remembered.ts";

export type Theme = "light" | "dark" | "system";

const KEY = "theme";
const chosen = createStore<{ theme: Theme }>(() => ({ theme: "system" }));

export const useTheme = (): Theme => useStore(chosen, ({ theme }) => theme);

export function setTheme(theme: Theme): void {
  chosen.setState({ theme });
  // The style sheet has both; this says which, and without it the system does.
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  remember(KEY, theme);
}

export function preferredTheme(): Theme {
  const theme = remembered(KEY);
  return isTheme(theme) ? theme : "system";
}

export function isTheme(value: unknown): value is Theme {
  return value === "light" || value === "dark" || value === "system";
}
