import { expect, test } from "vitest";

import { plain } from "../../src/canvas/CardGist.tsx";

test("what a card says in short has words, and no signs of how they are set", () => {
  const table = "| Risk | Early sign |\n|---|---|\n| Rent rises | lease shorter than 5 years |";
  expect(plain(table)).toBe("Risk Early sign Rent rises lease shorter than 5 years");
  // A summary may have it in one line.
  expect(plain(table.replaceAll("\n", " "))).toBe("Risk Early sign Rent rises lease shorter than 5 years");
  expect(plain("A well-known -- and long - story")).toBe("A well-known -- and long - story");
  expect(plain("Three things:\n\n1. **Footfall**\n2. Margin\n\n> A café pays.")).toBe(
    "Three things: Footfall Margin A café pays.",
  );
  expect(plain("word ".repeat(200)).length).toBeLessThanOrEqual(280);
});
