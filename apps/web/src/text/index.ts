import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

import { remembered, remember } from "../app/remembered.ts";
import { en } from "./en/index.ts";

/** What a language has to say; English is the model, and the compiler holds the others to it. */
export type Text = typeof en;
export type Language = "en" | "fr";

/** The languages, by the names they have themselves. */
export const LANGUAGES: Readonly<Record<Language, string>> = { en: "English", fr: "Français" };

const KEY = "language";
const others: Record<Exclude<Language, "en">, () => Promise<Text>> = {
  fr: async () => (await import("./fr/index.ts")).fr,
};

const spoken = createStore<{ language: Language; text: Text }>(() => ({ language: "en", text: en }));

export const useText = (): Text => useStore(spoken, ({ text }) => text);
export const useLanguage = (): Language => useStore(spoken, ({ language }) => language);
/** For what is said outside of components. */
export const text = (): Text => spoken.getState().text;
export const language = (): Language => spoken.getState().language;

export async function speak(language: Language): Promise<void> {
  const text = language === "en" ? en : await others[language]();
  spoken.setState({ language, text });
  document.documentElement.lang = language;
  remember(KEY, language);
}

/** The language that was chosen here before, else the first of the browser's that we have. */
export function preferredLanguage(): Language {
  const chosen = remembered(KEY);
  const wanted = chosen === null ? navigator.languages : [chosen];
  return wanted.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? "en";
}

export function isLanguage(value: unknown): value is Language {
  return typeof value === "string" && value in LANGUAGES;
}
