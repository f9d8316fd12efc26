import { voice as en } from "./en/voice.ts";
import { voice as fr } from "./fr/voice.ts";
import { typeset } from "./fr/typeset.ts";
import { language, useLanguage, type Language } from "./index.ts";

/** The words of speaking come with its program, which is late: they stand in no text that everybody gets. */
const words: Readonly<Record<Language, typeof en>> = { en, fr: typeset(fr) };

export const useVoiceText = (): typeof en => words[useLanguage()];
/** For what is said outside of components. */
export const voiceText = (): typeof en => words[language()];
