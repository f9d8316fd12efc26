const things = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

/** Options by criteria, or prompts by models: a question for each pair. */
export const matrix = {
  create: "New matrix",
  text: "Asks one question for each pair of a row and a column. All of it are ordinary cards in a frame.",
  kind: { label: "What is compared", criteria: "Options by criteria", models: "Questions by models" },
  title: "Name",
  options: "Options",
  prompts: "Questions",
  criteria: "Criteria",
  eachLine: "One a line",
  models: "Models",
  prompt: "Question in each cell",
  asks: { criteria: "Assess this option by this criterion in a few sentences.", models: "Answer this." },
  basedOn: (title: string) => `Based on “${title}”`,
  basedOnMany: (count: number) => `Based on the ${count} selected cards`,
  size: (rows: number, columns: number) =>
    `${things(rows, "row", "rows")} by ${things(columns, "column", "columns")}: ${things(rows * columns, "cell", "cells")}`,
  tooMany: (max: number) => `A matrix has at most ${max} cells.`,
  submit: "Create",
  submitAndAsk: "Create and ask",
  table: "Show as a table",
  untitled: "Matrix",
  none: "Select a matrix on the canvas.",
  ask: (count: number) => `Ask ${things(count, "cell", "cells")}`,
  askOne: "Ask",
  retry: "Retry",
  answered: (count: number, all: number) => `${count} of ${all} answered`,
  empty: "No question here",
  head: "Row",
};
