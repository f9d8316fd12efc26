// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";

import { CitationsContext } from "../../src/markdown/citations.ts";
import { Markdown } from "../../src/markdown/Markdown.tsx";

afterEach(cleanup);

const files = [
  { id: "1", name: "rain.pdf" },
  { id: "2", name: "A (new) [sea].pdf" },
];

/** What was opened by pressing each citation. The program that finds them comes with the first. */
async function drawn(text: string) {
  const open = vi.fn();
  render(
    <CitationsContext value={{ of: () => files, open }}>
      <Markdown text={`[rain.pdf, p. 999]\n\n${text}`} cites="node" />
    </CitationsContext>,
  );
  await screen.findByRole("button", { name: "Open rain.pdf at page 999" });
  const [, ...buttons] = screen.getAllByRole("button", { name: /^Open/ });
  for (const button of buttons) fireEvent.click(button);
  return open.mock.calls;
}

test.each([
  ["It falls [rain.pdf, p. 2].", [[files[0], 2, null]]],
  ["**It falls [Rain.pdf, page 12]**", [[files[0], 12, null]]],
  [
    "Twice [rain.pdf, p. 2; p. 3] [rain.pdf]",
    [
      [files[0], 2, null],
      [files[0], null, null],
    ],
  ],
  ["- [A (new) [sea].pdf, p. 1]", [[files[1], 1, null]]],
  ["“It falls at night” [rain.pdf, p. 2]", [[files[0], 2, "It falls at night"]]],
  ["*«\u00a0Il pleut souvent\u00a0»* [rain.pdf, p. 3]", [[files[0], 3, "Il pleut souvent"]]],
])("a citation opens its place: %s", async (text, calls) => {
  expect(await drawn(text)).toEqual(calls);
});

test.each(["`[rain.pdf, p. 2]`", "```\n[rain.pdf, p. 2]\n```", "[sea.pdf, p. 2]", "rain.pdf, p. 2", "[rain.pdf2]"])(
  "what is no citation stays as it is: %s",
  async (text) => {
    expect(await drawn(text)).toEqual([]);
  },
);

test("what is no answer cites nothing", () => {
  render(<Markdown text="[rain.pdf, p. 2]" />);
  expect(screen.getByText("[rain.pdf, p. 2]")).toBeDefined();
  expect(screen.queryByRole("button")).toBeNull();
});
