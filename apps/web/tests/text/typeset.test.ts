import { expect, test } from "vitest";

import { fr } from "../../src/text/fr/index.ts";
import { typeset } from "../../src/text/fr/typeset.ts";

test("French marks keep to their words, also in what a text makes of what it is given", () => {
  const said = typeset({ ask: "Quoi ?", of: (name: string) => `Aller à « ${name} » : voir`, all: ["Fini ; merci !"] });
  expect(said.ask).toBe("Quoi\u202f?");
  expect(said.of("a")).toBe("Aller à «\u00a0a\u00a0»\u00a0: voir");
  expect(said.all).toEqual(["Fini\u202f; merci\u202f!"]);
});

test("no line of the French catalogue can end before a mark", () => {
  expect(textsIn(fr).filter((text) => / [?!;:»]|« /.test(text))).toEqual([]);
});

/** All texts that need nothing put in. */
function textsIn(said: unknown): string[] {
  if (typeof said === "string") return [said];
  return typeof said === "object" && said !== null ? Object.values(said).flatMap(textsIn) : [];
}
