import type { Text } from "../index.ts";

export const panel: Text["panel"] = {
  code: {
    text: "texte",
    block: (language) => (language === null ? "Code" : `Code en ${language}`),
  },
  table: "Tableau",
  task: { done: "Fait :", open: "À faire :" },
};
