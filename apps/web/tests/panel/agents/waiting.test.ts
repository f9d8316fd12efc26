import { expect, test } from "vitest";

import { asked } from "../../../src/panel/agents/waiting.ts";
import { en } from "../../../src/text/en/index.ts";
import { fr } from "../../../src/text/fr/index.ts";

const SERVER = {
  kind: "UNKNOWN_EFFECT",
  tool: "mail__send",
  question: "Whether `mail__send` did its work is not known: the server stopped meanwhile.",
  choices: ["Do it again", "It was done", "It was not done; go on without it"],
} as const;

test("what the server asks is asked in the language of the person, and answered in its own words", () => {
  const { question, choices } = asked({ ...SERVER, choices: [...SERVER.choices] }, fr.agents.tasks);
  expect(question).toContain("On ne sait pas si mail__send a fait son travail.");
  expect(choices.map(({ said }) => said)).toEqual(SERVER.choices);
  expect(choices.map(({ label }) => label)).toEqual([
    "Recommencer",
    "C’est fait",
    "Ce n’est pas fait\u202f; continuer sans",
  ]);
});

test("what an agent asks is asked as it stands", () => {
  const waiting = { kind: "QUESTION", question: "Which one?", choices: ["Do it again", "None"] } as const;
  expect(asked({ ...waiting, choices: [...waiting.choices] }, en.agents.tasks)).toEqual({
    question: "Which one?",
    choices: [
      { said: "Do it again", label: "Do it again" },
      { said: "None", label: "None" },
    ],
  });
});
