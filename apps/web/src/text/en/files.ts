/** Files: dropped, pasted or chosen, on their way and at nodes. */
export const files = {
  title: "Files",
  add: "Add files",
  open: (name: string) => `Open ${name}`,
  uploads: "Uploads",
  sending: (name: string) => `Uploading ${name}`,
  reading: "Reading",
  again: (name: string) => `Retry ${name}`,
  stop: (name: string) => `Stop ${name}`,
  policyOf: (name: string) => `What is sent of ${name}`,
  policy: {
    WHOLE: "Full",
    SUMMARY: "Summary",
    NONE: "Nothing",
    PAGES: (pages: string) => `Pages ${pages}`,
  },
  tokens: (count: number) => `≈ ${count.toLocaleString("en")} tokens`,
  page: (page: number) => `Page ${page}`,
  noText: "There is no text in this file.",
  save: "Download",
  openAt: (name: string, page: number) => `Open ${name} at page ${page}`,
};
