import { createContext, createElement, use, type ReactNode } from "react";
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";

import { remembered, remember } from "../remembered.ts";
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

interface Spoken {
  readonly language: Language;
  readonly text: Text;
}

const spoken = createStore<Spoken>(() => ({ language: "en", text: en }));

/** Thousands of cards and lines speak. With a context they all change as one, and none has to listen for it. */
const SpokenContext = createContext<Spoken>(spoken.getInitialState());

/** Everything in here speaks the language that is chosen. */
export function Speaking({ children }: { children: ReactNode }): ReactNode {
  return createElement(SpokenContext, { value: useStore(spoken) }, children);
}

export const useText = (): Text => use(SpokenContext).text;
export const useLanguage = (): Language => use(SpokenContext).language;
/** For what is said outside of components. */
export const text = (): Text => spoken.getState().text;
export const language = (): Language => spoken.getState().language;

/** The language with the customs of a country, where the browser names one: dates differ between those that speak the same. */
export const locale = (language: Language = spoken.getState().language): string =>
  navigator.languages.find((tag) => tag.startsWith(`${language}-`)) ?? language;

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
