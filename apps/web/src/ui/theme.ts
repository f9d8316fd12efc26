import { useSyncExternalStore } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

import { remember, remembered } from "../remembered.ts";

export type Theme = "light" | "dark" | "system";

const KEY = "theme";
const chosen = createStore<{ theme: Theme }>(() => ({ theme: "system" }));

export const useTheme = (): Theme => useStore(chosen, ({ theme }) => theme);

const DARK = "(prefers-color-scheme: dark)";

/** Whether the page is dark, by choice or as the system is. */
export function useIsDark(): boolean {
  const theme = useTheme();
  const isSystemDark = useSyncExternalStore(onSystem, () => matchMedia(DARK).matches);
  return theme === "system" ? isSystemDark : theme === "dark";
}

function onSystem(listener: () => void): () => void {
  const system = matchMedia(DARK);
  system.addEventListener("change", listener);
  return () => system.removeEventListener("change", listener);
}

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
