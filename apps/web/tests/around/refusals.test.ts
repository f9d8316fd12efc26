import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { lostTexts } from "../../src/canvas/refusals.ts";
import { en } from "../../src/text/en/index.ts";
import { fr } from "../../src/text/fr/index.ts";
import { refusalWords } from "../../src/ui/refusal-words.ts";

const read = (path: string) => readFileSync(`../../${path}`, "utf8");
const found = (path: string, code: RegExp) => [...read(path).matchAll(code)].map(([, name = ""]) => name);

interface Schemas {
  readonly components: { readonly schemas: { readonly ErrorCode: { readonly enum: readonly string[] } } };
}
const { components } = JSON.parse(read("docs/openapi.json")) as Schemas;

/** Whatever the server may refuse something with, and why an attempt at an answer may fail. */
const CODES = new Set([
  ...components.schemas.ErrorCode.enum,
  ...found("docs/problems.md", /^## (\w+)$/gm),
  ...found("apps/generation/src/providers/failure.rs", /=> "(\w+)",$/gm),
  ...found("apps/generation/src/generations/jobs/asking.rs", /code: "(\w+)"/g),
]);

it.each([
  ["English", en],
  ["French", fr],
])("%s has words for every code that people can meet", (_, { refusals }) => {
  expect(CODES.size).toBeGreaterThan(40);
  expect([...CODES].filter((code) => code !== "invalid" && refusals.codes[code] === undefined)).toEqual([]);
});

it("both languages speak of the same codes and the same sentences", () => {
  expect(Object.keys(fr.refusals.codes).sort()).toEqual(Object.keys(en.refusals.codes).sort());
  expect(fr.refusals.details.map(([says]) => says)).toEqual(en.refusals.details.map(([says]) => says));
});

it("no address inside a body is shown to people, and limits are", () => {
  const said = (detail: string) => refusalWords({ code: "invalid", detail: `/ops/0: ${detail}`, errors: [{ detail }] });
  expect(said("must have 0 to 100000 characters")).toBe("At most 100,000 characters are possible.");
  expect(said("must be a number from 0 to 2")).toBe("Only a number from 0 to 2 is possible.");
  expect(said("must not contain a NUL character")).toBe(en.refusals.invalid);
  expect(refusalWords({ code: "generating", detail: 'or send `whileGenerating: "CANCEL"`' })).toBe(
    en.refusals.codes.generating,
  );
});

it("where the server says more than its code, that is kept, as a sentence", () => {
  expect(refusalWords({ code: "conflict", detail: "the name is taken" })).toBe("The name is taken.");
  expect(refusalWords({ code: "conflict", detail: "these nodes are connected already" })).toBe(
    "These cards are already connected.",
  );
});

it("what was pasted and is refused is not lost", () => {
  const position = { x: 0, y: 0 };
  const ops = [{ op: "node.create" as const, id: "a", data: { prompt: "pasted", response: "whole", position } }];
  expect(lostTexts({ op: "batch", data: { ops } })).toEqual(["pasted", "whole"]);
  expect(lostTexts({ op: "node.delete", data: { id: "a" } })).toEqual([]);
});
