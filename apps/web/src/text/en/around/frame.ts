export const frame = {
  intro: {
    lead: "Think together with language models, on one canvas.",
    points: [
      "Branch from any answer: each branch knows what came before it, and nothing of its siblings.",
      "See exactly what a model was sent, and what it cost.",
      "Edit together: every change is everybody’s at once, and none that was confirmed is lost.",
    ],
  },
  language: "Language",
  theme: "Theme",
  themes: { light: "Light", dark: "Dark", system: "As the system" },
  menu: "Your account",
  projects: "Projects",
  settings: "Settings",
  logOut: "Log out",
  logOutEverywhere: "Log out everywhere",
  logOutEverywhereText: "This ends your sessions on all devices, this one included. API tokens stay as they are.",
  verifyLabel: "Your address",
  verify: (email: string) => `Please confirm your address: a mail to ${email} says how.`,
  resend: "Send it again",
  resent: (email: string) => `A new mail is on its way to ${email}.`,
  copyFailed: "The browser did not let us copy. Select the text and copy it yourself.",
  showPassword: "Show password",
  hidePassword: "Hide password",
  optional: "optional",
  /** What something is, or does, and to whom. */
  of: (what: string, whom: string) => `${what}: ${whom}`,
};
