import { api, data } from "../api/client.ts";
import { session, setUser, type User } from "../session/session.ts";
import { isLanguage, language, speak, type Language } from "../text/index.ts";
import { isTheme, setTheme, type Theme } from "../ui/theme.ts";

/** What a person chose for all their devices; what they never chose is left to each device. */
export interface Preferences {
  readonly language?: Language;
  readonly theme?: Theme;
}

/** The newest choice is sent last, and so is the answer that says all. */
let keeping: Promise<void> = Promise.resolve();

/** Applies a choice here at once, and keeps it with the account of whoever is logged in. */
export async function prefer(choice: Preferences): Promise<void> {
  await apply(choice);
  const kept = keeping.then(() => keep(choice));
  keeping = kept.catch(() => undefined);
  await kept;
}

async function keep(choice: Preferences): Promise<void> {
  if (session.getState().status !== "in") return;
  setUser(await data(api.PATCH("/api/v1/users/me", { body: { preferences: choice } })));
}

/** From now on, whoever logs in finds the language and the theme of their account. */
export function followPreferences(): void {
  session.subscribe((now, before) => {
    if (now.status !== "in") return;
    const old = before.status === "in" && before.user.id === now.user.id ? preferencesOf(before.user) : {};
    const { language, theme } = preferencesOf(now.user);
    // Only what changed there: a choice that is on its way to the server must not be undone by an older answer.
    const changed = { ...(language !== old.language && { language }), ...(theme !== old.theme && { theme }) };
    // A language that does not come leaves the one that is spoken.
    void apply(changed as Preferences).catch(() => undefined);
  });
}

async function apply(choice: Preferences): Promise<void> {
  if (choice.theme !== undefined) setTheme(choice.theme);
  if (choice.language !== undefined && choice.language !== language()) await speak(choice.language);
}

function preferencesOf({ preferences }: User): Preferences {
  const { language, theme } = preferences;
  return { ...(isLanguage(language) && { language }), ...(isTheme(theme) && { theme }) };
}
