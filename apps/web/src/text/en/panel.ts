export const panel = {
  code: {
    /** Code whose language is not named. */
    text: "text",
    block: (language: string | null) => (language === null ? "Code" : `Code in ${language}`),
  },
  table: "Table",
  task: { done: "Done:", open: "To do:" },
};
