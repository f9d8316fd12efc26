import { settings as en } from "./en/around/settings.ts";
import { settings as fr } from "./fr/around/settings.ts";
import { typeset } from "./fr/typeset.ts";
import { language, useLanguage, type Language } from "./index.ts";

/** The words of the settings, which come with their pages. */
const words: Readonly<Record<Language, typeof en>> = { en, fr: typeset(fr) };

export const useSettingsText = (): typeof en => words[useLanguage()];
/** For what is said outside of components. */
export const settingsText = (): typeof en => words[language()];
