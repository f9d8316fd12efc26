/** A project, or a part of it, as a file or on paper. */
export const exporting = {
  title: "Export",
  scope: {
    label: "What",
    all: "Everything",
    seen: "What is in view",
    selection: (count: number) => `Selection (${count})`,
    thread: "This conversation",
  },
  format: { label: "As", png: "PNG", svg: "SVG", pdf: "PDF", markdown: "Markdown", json: "JSON" },
  hints: {
    png: "A picture of the canvas.",
    svg: "A drawing of the canvas that stays sharp at any size.",
    pdf: "Opens your browser’s print window: choose “Save as PDF” there.",
    markdown: "Questions and answers as text, with models and sources.",
    json: "Everything, for other programs and for importing.",
  },
  submit: "Export",
  nothing: "There is nothing to export here.",
  printed: (when: string) => `Exported on ${when}`,
  answeredBy: (model: string) => `Answer by ${model}`,
  basedOn: "Based on:",
};
