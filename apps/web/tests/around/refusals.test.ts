import { readFileSync } from "node:fs";

import { expect, it } from "vitest";

import { lostTexts } from "../../src/canvas/refusals.ts";
import { en } from "../../src/text/en/index.ts";
import { fr } from "../../src/text/fr/index.ts";
import { refusalWords } from "../../src/ui/refusal-words.ts";

const CODES = [...readFileSync("../../docs/problems.md", "utf8").matchAll(/^## (\w+)$/gm)].map(([, code]) => code);

it("French has its own words for every refusal of the server", () => {
  expect(CODES.length).toBeGreaterThan(30);
  expect(CODES.filter((code) => code !== "invalid" && fr.refusals.codes[code ?? ""] === undefined)).toEqual([]);
  expect(Object.keys(en.refusals.codes).filter((code) => fr.refusals.codes[code] === undefined)).toEqual([]);
});

it("no address inside a body is shown to people, and limits are", () => {
  const said = (detail: string) => refusalWords({ code: "invalid", detail: `/ops/0: ${detail}`, errors: [{ detail }] });
  expect(said("must have 0 to 100000 characters")).toBe("At most 100,000 characters are possible.");
  expect(said("must be a number from 0 to 2")).toBe("Only a number from 0 to 2 is possible.");
  expect(said("must not contain a NUL character")).toBe(en.refusals.invalid);
  expect(refusalWords({ code: "generating", detail: 'or send `whileGenerating: "CANCEL"`' })).toBe(
    en.refusals.codes.generating,
  );
  expect(refusalWords({ code: "conflict", detail: "The name is taken." })).toBe("The name is taken.");
});

it("what was pasted and is refused is not lost", () => {
  const position = { x: 0, y: 0 };
  const ops = [{ op: "node.create" as const, id: "a", data: { prompt: "pasted", response: "whole", position } }];
  expect(lostTexts({ op: "batch", data: { ops } })).toEqual(["pasted", "whole"]);
  expect(lostTexts({ op: "node.delete", data: { id: "a" } })).toEqual([]);
});
