import { expect, test } from "vitest";

import { pageChoice, readable } from "../../src/panel/files/page-choice.ts";

test("pages are read as people type them", () => {
  for (const [typed, pages] of [
    ["1-3, 7", "1-3,7"],
    ["7", "7"],
    [" 1 – 3 ; 7 ", "1-3,7"],
    ["1 3", "1,3"],
    ["12-12,", "12-12"],
  ] as const) {
    expect(pageChoice(typed, 12), typed).toEqual({ pages });
  }
  expect(readable("1-3,7")).toBe("1-3, 7");
});

test("what names no pages of the file is told from what names too many", () => {
  for (const typed of ["", " , ", "0", "3-1", "one", "1-", "1-2-3", "-1"]) {
    expect(pageChoice(typed, 12), typed).toEqual({ wrong: "form" });
  }
  for (const typed of ["13", "1-13", "1, 99999999999"])
    expect(pageChoice(typed, 12), typed).toEqual({ wrong: "beyond" });
  expect(pageChoice("10,".repeat(100), 12)).toEqual({ wrong: "long" });
});
